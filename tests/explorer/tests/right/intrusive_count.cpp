// A count inside of the object: relaxed up, release down, acquire before the end.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "../corpus.hpp"

namespace {

class Counted {
 public:
  void take() { count_.fetch_add(1, std::memory_order_relaxed); }
  void drop() {
    if (count_.fetch_sub(1, std::memory_order_release) != 1) return;
    std::atomic_thread_fence(std::memory_order_acquire);
    delete this;
  }
  std::string text = std::string(40, 'x');

 private:
  std::atomic<int> count_ = 1;
};

void body() {
  auto* const counted = new Counted;
  counted->take();
  std::jthread other([counted] {
    EXPECT_EQ(counted->text.size(), 40U);
    counted->drop();
  });
  EXPECT_EQ(counted->text[0], 'x');
  counted->drop();
}

const promissory::explorer::corpus::Register it{{"intrusive_count", body}};

}  // namespace
