// A condition variable ends with its scope, and somebody still waits on it.
#include <condition_variable>
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::mutex mutex;
  bool is_over = false;
  std::thread waiter;
  {
    std::condition_variable changed;
    waiter = std::thread([&] {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return is_over; });
    });
    std::unique_lock lock(mutex);
    is_over = true;
  }
  waiter.join();
}

const promissory::explorer::corpus::Register it{{"condition_destroyed", body, "misuse"}};

}  // namespace
