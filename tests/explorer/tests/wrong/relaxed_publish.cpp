// A relaxed store publishes nothing but itself.
#include <atomic>
#include <cstdlib>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  int data = 0;
  std::atomic<bool> is_ready = false;
  std::jthread producer([&] {
    data = 7;
    is_ready.store(true, std::memory_order_relaxed);
  });
  while (!is_ready.load(std::memory_order_acquire)) std::this_thread::yield();
  if (data != 7) std::abort();
}

const promissory::explorer::corpus::Register it{{"relaxed_publish", body, "data race"}};

}  // namespace
