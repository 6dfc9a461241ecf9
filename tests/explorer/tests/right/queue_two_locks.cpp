// One lock for each end and a dummy node between them (Michael and Scott, PODC 1996).
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "../corpus.hpp"

namespace {

class Queue {
 public:
  Queue() : head_(new Node), tail_(head_) {}
  ~Queue() {
    while (take()) {
    }
    delete head_;
  }
  void put(int item) {
    auto node = std::make_unique<Node>();
    node->item = item;
    const std::lock_guard lock(tail_mutex_);
    tail_->next.store(node.get(), std::memory_order_release);
    tail_ = node.release();
  }
  std::optional<int> take() {
    const std::lock_guard lock(head_mutex_);
    Node* const next = head_->next.load(std::memory_order_acquire);
    if (next == nullptr) return std::nullopt;
    delete std::exchange(head_, next);
    return next->item;
  }

 private:
  struct Node {
    int item = 0;
    std::atomic<Node*> next = nullptr;
  };
  std::mutex head_mutex_;
  Node* head_;
  std::mutex tail_mutex_;
  Node* tail_;
};

void body() {
  Queue queue;
  std::jthread first([&] {
    queue.put(1);
    queue.put(2);
  });
  std::jthread second([&] { queue.put(10); });
  int sum = 0;
  while (sum != 13) {
    if (const auto item = queue.take()) {
      sum += *item;
    } else {
      std::this_thread::yield();
    }
  }
}

const promissory::explorer::corpus::Register it{{"queue_two_locks", body}};

}  // namespace
