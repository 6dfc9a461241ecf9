// Work that ends when it is told to, and a test that knows how far it is.
#pragma once

#include <atomic>
#include <memory>
#include <stop_token>
#include <utility>

#include "support/gate.hpp"

namespace promissory::support {

/// The test's side of work that runs until its token is stopped. The work may outlive the test; it
/// is let go when this is destroyed, however the test ends.
class StoppableWork {
 public:
  /// What is to be started, once.
  class Function {
   public:
    void operator()(const std::stop_token& token) const {
      present_->state->running.open();
      present_->state->was_stopped = !present_->state->let_go.wait(token);
    }

   private:
    friend class StoppableWork;
    struct State {
      Gate running;
      Gate let_go;
      Gate over;
      std::atomic<bool> was_stopped{false};
    };
    struct Present {
      std::shared_ptr<State> state;
      ~Present() { state->over.open(); }
    };

    explicit Function(std::shared_ptr<State> state)
        : present_(std::make_shared<Present>(std::move(state))) {}

    std::shared_ptr<Present> present_;
  };

  StoppableWork() = default;
  StoppableWork(const StoppableWork&) = delete;
  StoppableWork& operator=(const StoppableWork&) = delete;
  ~StoppableWork() { state_->let_go.open(); }

  Function function() const { return Function(state_); }

  void wait_until_running() const { state_->running.wait(); }

  /// Returns when the function is gone, called or not. Blocks while it runs and is not stopped.
  void wait_until_gone() const { state_->over.wait(); }

  /// Whether it was called, and saw its token stopped.
  bool was_stopped() const { return state_->was_stopped; }

 private:
  std::shared_ptr<Function::State> state_ = std::make_shared<Function::State>();
};

}  // namespace promissory::support
