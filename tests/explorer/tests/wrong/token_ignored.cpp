// The loop looks at its token, but a thread that waits looks at nothing.
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::mutex mutex;
  std::condition_variable changed;
  int items = 0;
  std::jthread consumer([&](const std::stop_token& token) {
    std::unique_lock lock(mutex);
    while (!token.stop_requested()) {
      changed.wait(lock, [&] { return items > 0; });
      --items;
    }
  });
  const std::lock_guard lock(mutex);
  ++items;
  changed.notify_one();
}

const promissory::explorer::corpus::Register it{{"token_ignored", body, "deadlock"}};

}  // namespace
