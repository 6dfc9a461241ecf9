// A condition variable taken for an event: nobody remembers a notification.
#include <condition_variable>
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::mutex mutex;
  std::condition_variable done;
  std::jthread worker([&] {
    const std::lock_guard lock(mutex);
    done.notify_one();
  });
  std::unique_lock lock(mutex);
  done.wait(lock);
}

const promissory::explorer::corpus::Register it{{"notify_before_wait", body, "deadlock"}};

}  // namespace
