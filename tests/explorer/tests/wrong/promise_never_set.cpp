// On one path nobody sets the promise, and nobody drops it either.
#include <atomic>
#include <future>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::promise<int> promise;
  std::atomic<bool> is_cancelled = false;
  std::jthread worker([&] {
    if (!is_cancelled) promise.set_value(7);
  });
  is_cancelled = true;
  promise.get_future().wait();
}

const promissory::explorer::corpus::Register it{{"promise_never_set", body, "deadlock"}};

}  // namespace
