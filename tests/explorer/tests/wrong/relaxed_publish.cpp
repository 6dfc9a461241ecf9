// A relaxed store publishes nothing but itself.
#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::string text;
  std::atomic<bool> is_ready = false;
  std::jthread producer([&] {
    text = std::string(40, 'x');
    is_ready.store(true, std::memory_order_relaxed);
  });
  while (!is_ready.load(std::memory_order_acquire)) std::this_thread::yield();
  if (text.size() != 40) std::abort();
}

const promissory::explorer::corpus::Register it{{"relaxed_publish", body, "data race"}};

}  // namespace
