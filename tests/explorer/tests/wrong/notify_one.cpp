// One of three waiters is woken, and the others wait for ever.
#include <condition_variable>
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::mutex mutex;
  std::condition_variable settled;
  bool is_settled = false;
  const auto await = [&] {
    std::unique_lock lock(mutex);
    settled.wait(lock, [&] { return is_settled; });
  };
  std::jthread first(await);
  std::jthread second(await);
  const std::lock_guard lock(mutex);
  is_settled = true;
  settled.notify_one();
}

const promissory::explorer::corpus::Register it{{"notify_one", body, "deadlock"}};

}  // namespace
