// The flag is set under another mutex than the one that the waiter sleeps with.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::mutex mine;
  std::mutex yours;
  std::condition_variable changed;
  std::atomic<bool> is_ready = false;
  std::jthread waiter([&] {
    std::unique_lock lock(mine);
    while (!is_ready) changed.wait(lock);
  });
  {
    const std::lock_guard lock(yours);
    is_ready = true;
  }
  changed.notify_one();
}

const promissory::explorer::corpus::Register it{{"two_mutexes", body, "deadlock"}};

}  // namespace
