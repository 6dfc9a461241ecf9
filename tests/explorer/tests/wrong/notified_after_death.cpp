// The resolver notifies without the lock, when the awaiter may be gone with the promise already.
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

struct Promise {
  std::mutex mutex;
  std::condition_variable settled;
  bool is_ready = false;
};

void body() {
  auto promise = std::make_unique<Promise>();
  std::jthread resolver([&it = *promise] {
    {
      const std::lock_guard lock(it.mutex);
      it.is_ready = true;
    }
    it.settled.notify_one();
  });
  {
    std::unique_lock lock(promise->mutex);
    promise->settled.wait(lock, [&] { return promise->is_ready; });
  }
  promise.reset();
}

const promissory::explorer::corpus::Register it{
    {"notified_after_death", body, "data race or use after free"}};

}  // namespace
