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
#include "support/todo.hpp"

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
  Result<T> await([[maybe_unused]] std::stop_token token = {}) {
    todo("CancellableOneShot::await: wait for the outcome or a stop, whichever is first.");
  }

  /// Like await(), but no longer than until `deadline`, and std::errc::timed_out after it. When the
  /// token is stopped as well, operation_canceled: that says more about what the caller wants.
  Result<T> await_until([[maybe_unused]] std::chrono::steady_clock::time_point deadline,
                        [[maybe_unused]] std::stop_token token = {}) {
    todo("CancellableOneShot::await_until: wait for the outcome, a stop or the deadline.");
  }

  /// Asks the producer to stop; does not wait.
  /// @return true for the call that was the first to ask
  bool request_stop() { todo("CancellableOneShot::request_stop: stop the token of fn."); }

 private:
  // The thread, the slot and what it takes to wait for the slot and a token at once. The thread
  // refers to them while this object may be moved: where do they have to live?
};

/// Starts `fn` on a thread of its own and hands it a token.
///
/// @param token when it is stopped, so is the token of `fn`; the other way round nothing happens
/// @param fn called once as `fn(std::stop_token)`, with the result that capture() describes; may be
///     move-only and may throw anything. It has to look at its token at every place where it waits.
/// @throws std::system_error when no thread can be started
/// Thread-safety: may be called from any thread. Source: Task 3 of the practice tasks.
template <class F>
auto run_cancellable([[maybe_unused]] std::stop_token token, [[maybe_unused]] F fn)
    -> CancellableOneShot<typename CapturedResult<F, std::stop_token>::value_type> {
  todo(
      "run_cancellable: start a thread that captures fn(token of its own), link that token to the "
      "one given here, and own both in a CancellableOneShot.");
}

}  // namespace promissory
