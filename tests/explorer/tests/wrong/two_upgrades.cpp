// Two readers that both want to become the writer wait for each other to leave.
#include <condition_variable>
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

class ReadersWriter {
 public:
  void begin_read() {
    const std::lock_guard lock(mutex_);
    ++readers_;
  }
  void upgrade() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return readers_ == 1; });
  }
  void end() {
    const std::lock_guard lock(mutex_);
    --readers_;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int readers_ = 0;
};

void body() {
  ReadersWriter data;
  const auto read_and_write = [&] {
    data.begin_read();
    data.upgrade();
    data.end();
  };
  std::jthread first(read_and_write);
  std::jthread second(read_and_write);
}

const promissory::explorer::corpus::Register it{{"two_upgrades", body, "deadlock"}};

}  // namespace
