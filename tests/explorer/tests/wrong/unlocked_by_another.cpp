// A mutex handed over as if it were a semaphore.
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::mutex mutex;
  mutex.lock();
  std::jthread other([&] { mutex.unlock(); });
}

const promissory::explorer::corpus::Register it{{"unlocked_by_another", body, "misuse"}};

}  // namespace
