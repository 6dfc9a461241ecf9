// A ring for one producer and one consumer, without a lock.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <string>
#include <thread>

#include "../corpus.hpp"

namespace {

class Ring {
 public:
  bool put(std::string item) {
    const unsigned end = end_.load(std::memory_order_relaxed);
    if (end - begin_.load(std::memory_order_acquire) == items_.size()) return false;
    items_[end % items_.size()] = std::move(item);
    end_.store(end + 1, std::memory_order_release);
    return true;
  }
  bool take(std::string& into) {
    const unsigned begin = begin_.load(std::memory_order_relaxed);
    if (begin == end_.load(std::memory_order_acquire)) return false;
    into = std::move(items_[begin % items_.size()]);
    begin_.store(begin + 1, std::memory_order_release);
    return true;
  }

 private:
  std::array<std::string, 2> items_;
  std::atomic<unsigned> begin_ = 0;
  std::atomic<unsigned> end_ = 0;
};

void body() {
  Ring ring;
  std::jthread producer([&] {
    for (const std::size_t length : {20U, 30U, 40U}) {
      while (!ring.put(std::string(length, 'x'))) std::this_thread::yield();
    }
  });
  for (const std::size_t length : {20U, 30U, 40U}) {
    std::string item;
    while (!ring.take(item)) std::this_thread::yield();
    EXPECT_EQ(item.size(), length);
  }
}

const promissory::explorer::corpus::Register it{{"ring_of_one_and_one", body}};

}  // namespace
