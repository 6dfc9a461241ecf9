// One of the two leaves the rounds without saying so.
#include <atomic>
#include <barrier>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::barrier barrier(2);
  std::atomic<bool> is_over = false;
  std::jthread worker([&] {
    while (!is_over) barrier.arrive_and_wait();
  });
  barrier.arrive_and_wait();
  is_over = true;
  barrier.arrive_and_wait();
}

const promissory::explorer::corpus::Register it{{"barrier_left", body, "deadlock"}};

}  // namespace
