// atomic::wait on a value that comes back: the change in between is not noticed.
#include <atomic>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::atomic<bool> is_open = false;
  std::jthread waiter([&] { is_open.wait(false); });
  is_open = true;
  is_open.notify_one();
  is_open = false;
}

const promissory::explorer::corpus::Register it{{"futex_lost", body, "deadlock"}};

}  // namespace
