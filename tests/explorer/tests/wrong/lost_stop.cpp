// The worker clears the request to stop that came before it began.
#include <atomic>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::atomic<bool> is_stopped = false;
  std::atomic<int> beats = 0;
  std::jthread worker([&] {
    is_stopped = false;
    while (!is_stopped) ++beats;
  });
  is_stopped = true;
}

const promissory::explorer::corpus::Register it{{"lost_stop", body, "too many steps"}};

}  // namespace
