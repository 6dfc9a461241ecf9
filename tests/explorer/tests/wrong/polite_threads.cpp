// Each waits for the other to go first.
#include <atomic>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::atomic<bool> wants[2] = {false, false};
  const auto enter = [&](int me) {
    wants[me] = true;
    while (wants[1 - me]) std::this_thread::yield();
    wants[me] = false;
  };
  std::jthread other(enter, 1);
  enter(0);
}

const promissory::explorer::corpus::Register it{{"polite_threads", body, "livelock"}};

}  // namespace
