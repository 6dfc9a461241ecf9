// The way out by an early return keeps the place.
#include <atomic>
#include <semaphore>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::binary_semaphore place(1);
  std::atomic<bool> is_closed = false;
  const auto work = [&] {
    place.acquire();
    if (is_closed) return;
    place.release();
  };
  std::jthread first(work);
  std::jthread second(work);
  is_closed = true;
}

const promissory::explorer::corpus::Register it{{"semaphore_not_given_back", body, "deadlock"}};

}  // namespace
