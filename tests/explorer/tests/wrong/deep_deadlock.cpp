// Two threads have to be stopped at the right place each before the third comes, and only then does
// it close the circle in which they wait for each other.
#include <atomic>
#include <semaphore>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::binary_semaphore a(1);
  std::binary_semaphore b(1);
  std::binary_semaphore c(1);
  std::atomic<int> stage = 0;
  const auto take_both = [](std::binary_semaphore& outer, std::atomic<int>& stage,
                            std::binary_semaphore& inner) {
    outer.acquire();
    ++stage;
    inner.acquire();
    inner.release();
    outer.release();
  };
  std::jthread first([&] { take_both(a, stage, b); });
  std::jthread second([&] { take_both(b, stage, c); });
  std::jthread third([&] {
    if (stage == 2) take_both(c, stage, a);
  });
}

const promissory::explorer::corpus::Register it{{"deep_deadlock", body, "deadlock"}};

}  // namespace
