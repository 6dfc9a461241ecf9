// The destructor of a static pool says that it is over, and wakes nobody.
#include <condition_variable>
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

class Pool {
 public:
  ~Pool() {
    {
      const std::lock_guard lock(mutex_);
      is_closed_ = true;
    }
    thread_.join();
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_closed_; });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_closed_ = false;
  std::thread thread_{[this] { work(); }};
};

void body() {
  static Pool pool;
}

const promissory::explorer::corpus::Register it{{"pool_forgets_to_notify", body, "deadlock"}};

}  // namespace
