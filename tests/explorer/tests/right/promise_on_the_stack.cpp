// The awaiter destroys the promise as soon as it has the value: the resolver notifies under the
// lock, so that it is done with it by then.
#include <gtest/gtest.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "../corpus.hpp"

namespace {

struct Promise {
  std::mutex mutex;
  std::condition_variable settled;
  std::optional<int> value;
};

void body() {
  auto promise = std::make_unique<Promise>();
  std::jthread resolver([&it = *promise] {
    const std::lock_guard lock(it.mutex);
    it.value = 7;
    it.settled.notify_one();
  });
  {
    std::unique_lock lock(promise->mutex);
    promise->settled.wait(lock, [&] { return promise->value.has_value(); });
  }
  promise.reset();
}

const promissory::explorer::corpus::Register it{{"promise_on_the_stack", body}};

}  // namespace
