// A future whose awaiters can shorten the time that its producer has.
#pragma once

#include <chrono>
#include <concepts>
#include <functional>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>

#include "02-result/result.hpp"
#include "05-future/future.hpp"
#include "13-deadline-propagation/deadline_timer.hpp"
#include "support/todo.hpp"

namespace promissory {

namespace detail {

/// Given, not to be written.
/// @return a callable without arguments that calls fn(token), or fn() if that takes none
template <class F>
auto with_token(F fn, std::stop_token token) {
  return [fn = std::move(fn), token = std::move(token)]() mutable -> decltype(auto) {
    if constexpr (std::is_invocable_v<F&, std::stop_token>) {
      return std::invoke(fn, std::move(token));
    } else {
      return std::invoke(fn);
    }
  };
}

}  // namespace detail

/// The future of work that has until a deadline, which everybody who awaits it can bring forward
/// and nobody can put off. When it passes, the future is rejected with std::errc::timed_out and the
/// work is told to stop through its token; what comes of the work after that is dropped. So a
/// producer that does not look at its token keeps its thread, and keeps nobody waiting.
///
/// A handle: copies share one outcome and one deadline, and dropping them stops nothing. Every
/// member but valid() and ready() throws std::future_error with std::future_errc::no_state on one
/// that was default-constructed or moved from.
/// Thread-safety: const members may be called from any threads at once.
/// Source: Task 13 of the practice tasks.
template <class T>
class DeadlineFuture {
 public:
  using Clock = std::chrono::steady_clock;

  DeadlineFuture() = default;

  /// @return whether there is work behind this handle
  bool valid() const noexcept {
    todo("DeadlineFuture::valid: say whether there is work behind this handle.");
  }

  /// @return true once there is an outcome, for ever after
  bool ready() const noexcept { todo("DeadlineFuture::ready: say whether there is an outcome."); }

  /// @return until when the work has time; nothing when it has all the time in the world. It stays
  ///     as it was when the outcome came.
  std::optional<Clock::time_point> deadline() const {
    todo("DeadlineFuture::deadline: tell until when the work has time.");
  }

  /// The same outcome without the deadline: awaiting it tightens nothing. Callbacks that are
  /// registered on it run in the thread that brings the outcome, which may be the timer's.
  Future<T> future() const { todo("DeadlineFuture::future: hand out the future behind this one."); }

  /// Waits for the outcome, and leaves the deadline as it is.
  /// @param token stops this wait, no other one, and not the work; an outcome that is there wins
  /// @return the value, the same object for everybody; it lives as long as any handle does
  /// @throws what the work threw
  /// @throws std::system_error with std::errc::timed_out when the deadline passed first, with
  ///     std::errc::operation_canceled when `token`, or the token of the work, was stopped first
  const T& await([[maybe_unused]] std::stop_token token = {}) const& {
    todo("DeadlineFuture::await: wait for the outcome, and leave the deadline alone.");
  }
  T await(std::stop_token token = {}) && requires std::copy_constructible<T> {
    return std::as_const(*this).await(std::move(token));
  }
  void await(std::stop_token token = {}) && requires(!std::copy_constructible<T>) = delete;

  /// Brings the deadline forward to `deadline`, if that is earlier, and waits like await(). A
  /// deadline that has passed ends the work here and now. Whoever comes with a token that is
  /// stopped already has left, and changes nothing.
  const T& await_until([[maybe_unused]] Clock::time_point deadline,
                       [[maybe_unused]] std::stop_token token = {}) const& {
    todo("DeadlineFuture::await_until: bring the deadline forward, then wait until then.");
  }
  T await_until(Clock::time_point deadline, std::stop_token token = {}) && requires
      std::copy_constructible<T> {
    return std::as_const(*this).await_until(deadline, std::move(token));
  }
  void await_until(Clock::time_point deadline, std::stop_token token = {}) &&
      requires(!std::copy_constructible<T>) = delete;
};

/// Starts `fn` on a thread of its own, as go() does, with time until `deadline`.
/// @param fn called as fn(token) or fn(); its token is stopped when the deadline passes, whoever
///     set it, and when `token` is stopped. void gives a DeadlineFuture<Unit>, a Result<T> a
///     DeadlineFuture<T>; whatever it throws, of any type, is its outcome.
/// @param deadline none at all leaves it to the awaiters
/// @param token stops the work, and settles with std::errc::operation_canceled without waiting for
///     it. If it is stopped already, or else the deadline has passed, `fn` is not called, and the
///     future is settled on return.
/// @return a DeadlineFuture<T>
/// @throws std::system_error when no thread can be started
template <class F>
auto go_with_deadline(
    F fn,
    [[maybe_unused]] std::optional<std::chrono::steady_clock::time_point> deadline = std::nullopt,
    std::stop_token token = {}) {
  // Given: the T of the outcome.
  using Work = decltype(detail::with_token(std::move(fn), token));
  using T = typename CapturedResult<Work&>::value_type;
  todo(
      "go_with_deadline: start the work with a token of its own; let the deadline and the caller's "
      "token end it.");
  return DeadlineFuture<T>();
}

}  // namespace promissory
