// One of two paths forgets the lock.
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::mutex mutex;
  int count = 0;
  std::jthread careful([&] {
    const std::lock_guard lock(mutex);
    ++count;
  });
  std::jthread careless([&] { ++count; });
}

const promissory::explorer::corpus::Register it{{"unlocked_counter", body, "data race"}};

}  // namespace
