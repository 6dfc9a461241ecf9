// A sorted list of which only two nodes are locked at a time.
#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

struct Node {
  int item = 0;
  std::mutex mutex{};
  std::unique_ptr<Node> next{};
};

void insert(Node& head, int item) {
  std::unique_lock lock(head.mutex);
  Node* node = &head;
  while (node->next && node->next->item < item) {
    std::unique_lock next(node->next->mutex);
    node = node->next.get();
    lock = std::move(next);
  }
  auto fresh = std::make_unique<Node>(item);
  fresh->next = std::move(node->next);
  node->next = std::move(fresh);
}

void body() {
  Node head;
  insert(head, 2);
  {
    std::jthread first([&] { insert(head, 1); });
    std::jthread second([&] { insert(head, 3); });
  }
  int last = 0;
  for (const Node* node = head.next.get(); node != nullptr; node = node->next.get()) {
    EXPECT_EQ(node->item, last + 1);
    last = node->item;
  }
  EXPECT_EQ(last, 3);
}

const promissory::explorer::corpus::Register it{{"hand_over_hand", body}};

}  // namespace
