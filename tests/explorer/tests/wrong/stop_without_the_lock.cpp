// The flag is set between the look at it and the sleep, because it is set without the lock.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

class Worker {
 public:
  ~Worker() {
    is_stopped_ = true;
    changed_.notify_all();
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_stopped_.load(); });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> is_stopped_ = false;
  std::jthread thread_{[this] { work(); }};
};

void body() {
  Worker worker;
}

const promissory::explorer::corpus::Register it{{"stop_without_the_lock", body, "deadlock"}};

}  // namespace
