#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>

namespace promissory {

class LetterBox {
 public:
  void put(int letter) {
    const std::lock_guard lock(mutex_);
    letter_ = letter;
    changed_.notify_all();
  }

  int take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return letter_.has_value(); });
    return *letter_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<int> letter_;
};

}  // namespace promissory
