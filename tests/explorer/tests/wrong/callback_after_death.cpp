// The callback holds on to its owner by a plain pointer, and may run after the owner's end.
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "../corpus.hpp"

namespace {

class Button {
 public:
  void on_press(std::function<void()> callback) {
    const std::lock_guard lock(mutex_);
    callback_ = std::move(callback);
  }
  void press() {
    const std::lock_guard lock(mutex_);
    if (callback_) callback_();
  }

 private:
  std::mutex mutex_;
  std::function<void()> callback_;
};

class Window {
 public:
  explicit Window(Button& button) {
    button.on_press([this] { ++presses_; });
  }

 private:
  int presses_ = 0;
};

void body() {
  Button button;
  std::mutex windows;
  auto window = std::make_unique<Window>(button);
  std::jthread user([&] {
    { const std::lock_guard lock(windows); }
    button.press();
  });
  const std::lock_guard lock(windows);
  window.reset();
}

const promissory::explorer::corpus::Register it{
    {"callback_after_death", body, "use after free or data race"}};

}  // namespace
