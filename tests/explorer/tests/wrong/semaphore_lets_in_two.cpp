// A semaphore as a lock, with one place too many.
#include <semaphore>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::counting_semaphore<2> lock(2);
  int value = 0;
  const auto add = [&] {
    lock.acquire();
    ++value;
    lock.release();
  };
  std::jthread first(add);
  std::jthread second(add);
}

const promissory::explorer::corpus::Register it{{"semaphore_lets_in_two", body, "data race"}};

}  // namespace
