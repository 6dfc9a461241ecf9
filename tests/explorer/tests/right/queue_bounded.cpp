// A blocking queue of two places, two producers and a consumer.
#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

class Queue {
 public:
  void put(int item) {
    std::unique_lock lock(mutex_);
    has_room_.wait(lock, [this] { return items_.size() < 2; });
    items_.push_back(item);
    has_items_.notify_one();
  }
  int take() {
    std::unique_lock lock(mutex_);
    has_items_.wait(lock, [this] { return !items_.empty(); });
    const int item = items_.front();
    items_.pop_front();
    has_room_.notify_one();
    return item;
  }

 private:
  std::mutex mutex_;
  std::condition_variable has_room_;
  std::condition_variable has_items_;
  std::deque<int> items_;
};

void body() {
  Queue queue;
  const auto produce = [&] {
    queue.put(1);
    queue.put(2);
  };
  std::jthread first(produce);
  std::jthread second(produce);
  int sum = 0;
  for (int i = 0; i < 4; ++i) sum += queue.take();
  EXPECT_EQ(sum, 6);
}

const promissory::explorer::corpus::Register it{{"queue_bounded", body}};

}  // namespace
