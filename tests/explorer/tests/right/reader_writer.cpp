// A readers-writer lock made of a mutex and a condition variable.
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

class ReadersWriter {
 public:
  void begin_read() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return users_ >= 0; });
    ++users_;
  }
  void end_read() {
    const std::lock_guard lock(mutex_);
    if (--users_ == 0) changed_.notify_all();
  }
  void begin_write() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return users_ == 0; });
    users_ = -1;
  }
  void end_write() {
    const std::lock_guard lock(mutex_);
    users_ = 0;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int users_ = 0;
};

void body() {
  ReadersWriter lock;
  int left = 0;
  int right = 0;
  std::jthread writer([&] {
    lock.begin_write();
    ++left;
    ++right;
    lock.end_write();
  });
  const auto read = [&] {
    lock.begin_read();
    EXPECT_EQ(left, right);
    lock.end_read();
  };
  std::jthread reader(read);
  read();
}

const promissory::explorer::corpus::Register it{{"reader_writer", body}};

}  // namespace
