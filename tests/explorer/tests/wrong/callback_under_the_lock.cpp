// The callback runs with the lock held and asks the object that holds it.
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

#include "../corpus.hpp"

namespace {

class Promise {
 public:
  void resolve() {
    const std::lock_guard lock(mutex_);
    is_ready_ = true;
    if (callback_) callback_();
  }
  void on_ready(std::function<void()> callback) {
    const std::lock_guard lock(mutex_);
    if (!is_ready_) callback_ = std::move(callback);
  }
  bool ready() {
    const std::lock_guard lock(mutex_);
    return is_ready_;
  }

 private:
  std::mutex mutex_;
  bool is_ready_ = false;
  std::function<void()> callback_;
};

void body() {
  Promise promise;
  std::jthread resolver([&] { promise.resolve(); });
  promise.on_ready([&] { promise.ready(); });
}

const promissory::explorer::corpus::Register it{{"callback_under_the_lock", body, "deadlock"}};

}  // namespace
