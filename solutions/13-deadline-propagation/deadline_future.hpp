// A future whose awaiters can shorten the time that its producer has.
#pragma once

#include <chrono>
#include <concepts>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <system_error>
#include <type_traits>
#include <utility>

#include "02-result/result.hpp"
#include "05-future/future.hpp"
#include "13-deadline-propagation/deadline_timer.hpp"

namespace promissory {

namespace detail {

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

/// What the handles of a DeadlineFuture, its work and its alarm share.
///
///     open:  the work may run; deadline_ only falls, and alarm_ is set for it if there is one
///        │   close(), once: by the work, the deadline or a stop, whoever is first
///     over:  no alarm; the winner settles the future
template <class T>
class DeadlineState : public std::enable_shared_from_this<DeadlineState<T>> {
 public:
  using Clock = std::chrono::steady_clock;

  DeadlineState() : DeadlineState(make_future<T>()) {}
  ~DeadlineState() { close(); }  // for a thread that could not be started

  const Future<T>& future() const { return future_; }
  std::stop_token token() const { return stop_.get_token(); }

  std::optional<Clock::time_point> deadline() const {
    std::lock_guard lock(mutex_);
    return deadline_;
  }

  /// Gives the work until `deadline`, unless it has no more time than that anyway.
  void tighten(Clock::time_point deadline) {
    {
      std::lock_guard lock(mutex_);
      if (over_ || (deadline_ && *deadline_ <= deadline)) return;
      if (deadline > Clock::now()) {
        // Weak: whoever is settled and let go of should not live until an alarm that is no use.
        const auto alarm = timer_->call_at(deadline, [weak = this->weak_from_this()] {
          if (const auto state = weak.lock()) state->end(std::errc::timed_out);
        });
        if (alarm_) timer_->cancel(*alarm_);
        alarm_ = alarm;
        deadline_ = deadline;
        return;
      }
      deadline_ = deadline;
    }
    end(std::errc::timed_out);
  }

  /// Settles with an error, and then stops the work: whoever is stopped cannot be first with an
  /// answer of its own, and finds out why.
  void end(std::errc why) {
    if (!close()) return;
    resolver_.reject(std::make_exception_ptr(std::system_error(std::make_error_code(why))));
    stop_.request_stop();
  }

  /// Settles with what becomes of `work`, if it is in time.
  template <class Work>
  void settle(Work& work) {
    auto outcome = capture(work);
    if (!close()) return;
    // For what moving the value may throw.
    const auto kept = capture([&] { return resolver_.resolve(std::move(outcome).value()); });
    if (!kept) resolver_.reject(kept.error());
  }

 private:
  explicit DeadlineState(std::pair<Future<T>, Resolver<T>> made)
      : future_(std::move(made.first)), resolver_(std::move(made.second)) {}

  // One lock decides who is first and takes the alarm away, so that none is set afterwards.
  bool close() {
    std::lock_guard lock(mutex_);
    if (std::exchange(over_, true)) return false;
    if (alarm_) timer_->cancel(*alarm_);
    return true;
  }

  const Future<T> future_;
  Resolver<T> resolver_;
  std::stop_source stop_;
  const std::shared_ptr<DeadlineTimer> timer_ = DeadlineTimer::instance();

  mutable std::mutex mutex_;
  std::optional<Clock::time_point> deadline_;  // guarded by mutex_
  std::optional<DeadlineTimer::Alarm> alarm_;  // guarded by mutex_
  bool over_ = false;                          // guarded by mutex_
};

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
  bool valid() const noexcept { return state_ != nullptr; }

  /// @return true once there is an outcome, for ever after
  bool ready() const noexcept { return state_ && state_->future().ready(); }

  /// @return until when the work has time; nothing when it has all the time in the world. It stays
  ///     as it was when the outcome came.
  std::optional<Clock::time_point> deadline() const { return checked().deadline(); }

  /// The same outcome without the deadline: awaiting it tightens nothing. Callbacks that are
  /// registered on it run in the thread that brings the outcome, which may be the timer's.
  Future<T> future() const { return checked().future(); }

  /// Waits for the outcome, and leaves the deadline as it is.
  /// @param token stops this wait, no other one, and not the work; an outcome that is there wins
  /// @return the value, the same object for everybody; it lives as long as any handle does
  /// @throws what the work threw
  /// @throws std::system_error with std::errc::timed_out when the deadline passed first, with
  ///     std::errc::operation_canceled when `token`, or the token of the work, was stopped first
  const T& await(std::stop_token token = {}) const& {
    return checked().future().await(std::move(token));
  }
  T await(std::stop_token token = {}) && requires std::copy_constructible<T> {
    return std::as_const(*this).await(std::move(token));
  }
  void await(std::stop_token token = {}) && requires(!std::copy_constructible<T>) = delete;

  /// Brings the deadline forward to `deadline`, if that is earlier, and waits like await(). A
  /// deadline that has passed ends the work here and now. Whoever comes with a token that is
  /// stopped already has left, and changes nothing.
  const T& await_until(Clock::time_point deadline, std::stop_token token = {}) const& {
    detail::DeadlineState<T>& state = checked();
    if (!token.stop_requested()) state.tighten(deadline);
    // Until the deadline, and no longer: the timer's thread may be late.
    return state.future().await_until(deadline, std::move(token));
  }
  T await_until(Clock::time_point deadline, std::stop_token token = {}) && requires
      std::copy_constructible<T> {
    return std::as_const(*this).await_until(deadline, std::move(token));
  }
  void await_until(Clock::time_point deadline, std::stop_token token = {}) &&
      requires(!std::copy_constructible<T>) = delete;

 private:
  template <class F>
  friend auto go_with_deadline(F fn, std::optional<std::chrono::steady_clock::time_point> deadline,
                               std::stop_token token);

  explicit DeadlineFuture(std::shared_ptr<detail::DeadlineState<T>> state)
      : state_(std::move(state)) {}

  detail::DeadlineState<T>& checked() const {
    if (!state_) throw std::future_error(std::future_errc::no_state);
    return *state_;
  }

  std::shared_ptr<detail::DeadlineState<T>> state_;
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
auto go_with_deadline(F fn,
                      std::optional<std::chrono::steady_clock::time_point> deadline = std::nullopt,
                      std::stop_token token = {}) {
  using Work = decltype(detail::with_token(std::move(fn), token));
  using T = typename CapturedResult<Work&>::value_type;
  const auto state = std::make_shared<detail::DeadlineState<T>>();
  if (token.stop_requested()) state->end(std::errc::operation_canceled);
  if (deadline) state->tighten(*deadline);
  if (!state->future().ready()) {
    go([state, work = detail::with_token(std::move(fn), state->token()),
        token = std::move(token)]() mutable {
      // Here, so that a caller's token that lives for long does not collect what is long over.
      const std::stop_callback on_stop(token, [&] { state->end(std::errc::operation_canceled); });
      if (!state->future().ready()) state->settle(work);
    });
  }
  return DeadlineFuture<T>(state);
}

}  // namespace promissory
