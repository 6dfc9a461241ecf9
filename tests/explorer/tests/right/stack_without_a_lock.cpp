// Treiber's stack; what is popped is freed at the very end, which spares it the hard part.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "../corpus.hpp"

namespace {

class Stack {
 public:
  ~Stack() {
    for (Node* node = all_.load(); node != nullptr;) delete std::exchange(node, node->after);
  }
  void push(int item) {
    Node* const node = new Node{item};
    node->after = all_.load(std::memory_order_relaxed);
    while (!all_.compare_exchange_weak(node->after, node)) {
    }
    node->below = top_.load(std::memory_order_relaxed);
    while (!top_.compare_exchange_weak(node->below, node, std::memory_order_release,
                                       std::memory_order_relaxed)) {
    }
  }
  bool pop(int& item) {
    Node* node = top_.load(std::memory_order_acquire);
    while (node != nullptr && !top_.compare_exchange_weak(node, node->below)) {
    }
    if (node == nullptr) return false;
    item = node->item;
    return true;
  }

 private:
  struct Node {
    int item;
    Node* below = nullptr;
    Node* after = nullptr;
  };
  std::atomic<Node*> top_ = nullptr;
  std::atomic<Node*> all_ = nullptr;
};

void body() {
  Stack stack;
  std::atomic<int> sum = 0;
  const auto work = [&](int item) {
    stack.push(item);
    int popped = 0;
    ASSERT_TRUE(stack.pop(popped));
    sum += popped;
  };
  {
    std::jthread first(work, 1);
    std::jthread second(work, 10);
    work(100);
  }
  EXPECT_EQ(sum, 111);
}

const promissory::explorer::corpus::Register it{{"stack_without_a_lock", body}};

}  // namespace
