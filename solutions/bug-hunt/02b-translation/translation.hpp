// A letter is translated in the background, once, and read by whoever has to.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace promissory {

/// The translation of one letter. All members are thread-safe; the destructor waits for the
/// translator.
///
/// Text is what a translator returns: default-constructible, copyable and movable.
template <class Text>
class Translation {
 public:
  /// Begins to translate. Does not wait.
  /// @param translate is called once, in a thread of its own; may throw
  explicit Translation(std::function<Text()> translate)
      : translator_([this, translate = std::move(translate)] {
          try {
            settle(translate(), nullptr);
          } catch (...) {
            settle(Text(), std::current_exception());
          }
        }) {}

  Translation(const Translation&) = delete;
  Translation& operator=(const Translation&) = delete;

  bool is_ready() const {
    const std::lock_guard lock(mutex_);
    return is_ready_;
  }

  /// Waits for the translation. Everybody is given the same.
  /// @throws what translating has thrown
  Text text() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return is_ready_; });
    if (error_) std::rethrow_exception(error_);
    return text_;
  }

 private:
  void settle(Text text, std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    text_ = std::move(text);
    error_ = std::move(error);
    is_ready_ = true;
    changed_.notify_all();
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool is_ready_ = false;
  Text text_;
  std::exception_ptr error_;
  std::jthread translator_;
};

}  // namespace promissory
