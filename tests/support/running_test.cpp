#include "support/running_test.hpp"

#include <atomic>

namespace promissory::support {
namespace {

// Relaxed: whoever looks from another thread shall not come into an order with the test. What a
// TestInfo holds was written before there was a second thread.
constinit std::atomic<const testing::TestInfo*> running{nullptr};
constinit std::atomic<unsigned long> period{0};
constinit std::atomic<bool> is_child_of_death_test{false};

}  // namespace

void set_running_test(const testing::TestInfo* test) {
  running.store(test, std::memory_order_relaxed);
  period.fetch_add(1, std::memory_order_relaxed);
}

std::string running_test_name() {
  const testing::TestInfo* test = running.load(std::memory_order_relaxed);
  return test == nullptr ? "" : full_name(*test);
}

unsigned long running_test_period() {
  return period.load(std::memory_order_relaxed);
}

void learn_whether_death_test() {
  is_child_of_death_test.store(testing::internal::InDeathTestChild(), std::memory_order_relaxed);
}

bool is_death_test() {
  return is_child_of_death_test.load(std::memory_order_relaxed);
}

std::string full_name(const testing::TestInfo& test) {
  return std::string(test.test_suite_name()) + "." + test.name();
}

}  // namespace promissory::support
