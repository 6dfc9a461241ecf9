// A one-shot that can be stopped: one side works on, the other may give up, and each can be told.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <system_error>
#include <thread>
#include <utility>

#include "02-result/result.hpp"

namespace promissory {

/// One Result from a thread that can be asked to stop, and the thread that makes it.
///
/// Giving up is not stopping. An awaiter whose token is stopped, or whose deadline has passed, goes
/// away with nothing consumed, and the producer works on: await again and the outcome comes. The
/// producer is asked to stop by request_stop(), by the token given to run_cancellable(), and by the
/// destructor (or an assignment over it), which then waits for the thread. Asked, not forced: a
/// producer that does not look at its token makes the destructor wait until it is done.
///
/// Thread-safety: await, await_until and request_stop may be called from several threads at once;
/// one awaiter gets the outcome. Everything else like a value.
/// Source: Task 3 of the practice tasks.
template <class T>
class [[nodiscard]] CancellableOneShot {
 public:
  /// Waits for the outcome, or until `token` is stopped. An outcome that is there wins.
  /// @return the value or the error of the work; std::system_error with operation_canceled when the
  ///     token was stopped first; std::future_error with no_state, at once, when the outcome has
  ///     been handed out before or this was moved from
  Result<T> await(std::stop_token token = {}) {
    if (!state_) return failure(std::future_error(std::future_errc::no_state));
    std::unique_lock lock(state_->mutex);
    state_->changed.wait(lock, token, [this] { return state_->settled(); });
    return state_->take_or(std::errc::operation_canceled);
  }

  /// Like await(), but no longer than until `deadline`, and std::errc::timed_out after it. When the
  /// token is stopped as well, operation_canceled: that says more about what the caller wants.
  Result<T> await_until(std::chrono::steady_clock::time_point deadline,
                        std::stop_token token = {}) {
    if (!state_) return failure(std::future_error(std::future_errc::no_state));
    std::unique_lock lock(state_->mutex);
    state_->changed.wait_until(lock, token, deadline, [this] { return state_->settled(); });
    return state_->take_or(token.stop_requested() ? std::errc::operation_canceled
                                                  : std::errc::timed_out);
  }

  /// Asks the producer to stop; does not wait.
  /// @return true for the call that was the first to ask
  bool request_stop() noexcept { return state_ && state_->stop.request_stop(); }

 private:
  struct State {
    ~State() { stop.request_stop(); }  // the members, and so the join, come after this

    bool settled() const { return outcome.has_value(); }

    void settle(Result<T> result) {
      {
        std::lock_guard lock(mutex);  // no awaiter is between its look and its sleep
        // Moving a T may throw, and the awaiters have to hear of that too.
        const auto stored = capture([&] { outcome.emplace(std::move(result)); });
        if (!stored) outcome.emplace(Failure(stored.error()));
      }
      // All, because each awaiter has an answer now. Without the lock, so that they do not wake to
      // wait for it; the state is still there, because its owner joins this thread first.
      changed.notify_all();
    }

    /// Called with the mutex held. The outcome goes to the first who asks when it is there.
    Result<T> take_or(std::errc reason) {
      if (!settled()) return failure(std::system_error(std::make_error_code(reason)));
      if (std::exchange(taken, true)) {
        return failure(std::future_error(std::future_errc::no_state));
      }
      return capture([this] { return *std::move(outcome); });
    }

    std::mutex mutex;                     // guards outcome and taken
    std::condition_variable_any changed;  // the only one that can wait for a stop_token as well
    std::optional<Result<T>> outcome;  // written once, and kept when taken: no awaiter waits again
    bool taken = false;
    std::stop_source stop;
    std::jthread producer;  // last: joined before anything that it uses is destroyed
  };

  template <class F>
  friend auto run_cancellable(std::stop_token token, F fn)
      -> CancellableOneShot<typename CapturedResult<F, std::stop_token>::value_type>;

  explicit CancellableOneShot(std::unique_ptr<State> state) : state_(std::move(state)) {}

  std::unique_ptr<State> state_;  // null after a move; the thread's reference stays good
};

/// Starts `fn` on a thread of its own and hands it a token.
///
/// @param token when it is stopped, so is the token of `fn`; the other way round nothing happens
/// @param fn called once as `fn(std::stop_token)`, with the result that capture() describes; may be
///     move-only and may throw anything. It has to look at its token at every place where it waits.
/// @throws std::system_error when no thread can be started
/// Thread-safety: may be called from any thread. Source: Task 3 of the practice tasks.
template <class F>
auto run_cancellable(std::stop_token token, F fn)
    -> CancellableOneShot<typename CapturedResult<F, std::stop_token>::value_type> {
  using OneShot = CancellableOneShot<typename CapturedResult<F, std::stop_token>::value_type>;
  auto state = std::make_unique<typename OneShot::State>();
  state->producer =
      std::jthread([&state = *state, token = std::move(token), fn = std::move(fn)]() mutable {
        // Two tokens linked, not one handed on: the caller's cannot be stopped from here, and a
        // fresh one would not hear the caller. The link goes with the work that it could stop.
        std::stop_callback link(token, [&state] { state.stop.request_stop(); });
        state.settle(capture([&] { return std::move(fn)(state.stop.get_token()); }));
      });
  return OneShot(std::move(state));
}

}  // namespace promissory
