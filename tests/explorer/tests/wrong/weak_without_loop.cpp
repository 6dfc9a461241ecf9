// A weak compare-exchange may fail although the value is the expected one.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::atomic<int> state = 0;
  std::jthread claimer([&] {
    int expected = 0;
    EXPECT_TRUE(state.compare_exchange_weak(expected, 1)) << "claimed by " << expected;
  });
}

#ifdef __clang__
constexpr const char* hard_because =
    "clang's instrumentation does not say that a compare-exchange is weak";
#else
constexpr const char* hard_because = nullptr;
#endif

const promissory::explorer::corpus::Register it{
    {"weak_without_loop", body, "expectation", hard_because}};

}  // namespace
