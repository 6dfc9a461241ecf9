// The flag is looked at before the lock is taken: a notification in between is lost.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::mutex mutex;
  std::condition_variable changed;
  std::atomic<bool> is_ready = false;
  std::jthread waiter([&] {
    if (is_ready) return;
    std::unique_lock lock(mutex);
    changed.wait(lock);
  });
  is_ready = true;
  changed.notify_one();
}

const promissory::explorer::corpus::Register it{{"check_then_wait", body, "deadlock"}};

}  // namespace
