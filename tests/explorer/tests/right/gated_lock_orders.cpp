// Opposite lock orders that a third lock keeps apart, and others that never meet in time.
#include <gtest/gtest.h>

#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::mutex gate;
  std::mutex a;
  std::mutex b;
  const auto lock_both = [&](std::mutex& first, std::mutex& second) {
    const std::lock_guard outer(first);
    const std::lock_guard inner(second);
  };
  {
    std::jthread other([&] {
      const std::lock_guard gated(gate);
      lock_both(a, b);
    });
    const std::lock_guard gated(gate);
    lock_both(b, a);
  }
  std::thread([&] { lock_both(a, b); }).join();
  std::thread([&] { lock_both(b, a); }).join();
}

const promissory::explorer::corpus::Register it{{"gated_lock_orders", body}};

}  // namespace
