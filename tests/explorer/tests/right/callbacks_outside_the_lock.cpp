// Callbacks run without the lock, so they may register more.
#include <gtest/gtest.h>

#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "../corpus.hpp"

namespace {

class Event {
 public:
  void on_fired(std::function<void()> callback) {
    {
      const std::lock_guard lock(mutex_);
      if (!has_fired_) {
        callbacks_.push_back(std::move(callback));
        return;
      }
    }
    callback();
  }
  void fire() {
    std::vector<std::function<void()>> callbacks;
    {
      const std::lock_guard lock(mutex_);
      has_fired_ = true;
      callbacks.swap(callbacks_);
    }
    for (const auto& callback : callbacks) callback();
  }

 private:
  std::mutex mutex_;
  bool has_fired_ = false;
  std::vector<std::function<void()>> callbacks_;
};

void body() {
  Event event;
  int calls = 0;
  {
    std::jthread firer([&] { event.fire(); });
    event.on_fired([&] { event.on_fired([&] { ++calls; }); });
  }
  EXPECT_EQ(calls, 1);
}

const promissory::explorer::corpus::Register it{{"callbacks_outside_the_lock", body}};

}  // namespace
