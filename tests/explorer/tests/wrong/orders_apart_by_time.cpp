// Opposite orders that only a sleep keeps apart: no run shows the deadlock, and nothing forbids it.
#include <chrono>
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

using namespace std::chrono_literals;

void body() {
  std::mutex a;
  std::mutex b;
  std::jthread late([&] {
    std::this_thread::sleep_for(100ms);
    const std::lock_guard outer(b);
    const std::lock_guard inner(a);
  });
  const std::lock_guard outer(a);
  const std::lock_guard inner(b);
}

const promissory::explorer::corpus::Register it{{"orders_apart_by_time", body, "lock order"}};

}  // namespace
