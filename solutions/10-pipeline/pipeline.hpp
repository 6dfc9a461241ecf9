// What is to become of an outcome that is not there yet: stage after stage, and no thread waits.
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stop_token>
#include <system_error>
#include <type_traits>
#include <utility>

#include "02-result/result.hpp"
#include "05-future/future.hpp"

namespace promissory {

namespace detail {

// Given: which T a stage's future has.

/// What then() makes of what `fn` returns: void becomes Unit, a Future<T> or Result<T> becomes T.
template <class R>
struct Flattened {
  using type = R;
};
template <>
struct Flattened<void> {
  using type = Unit;
};
template <class T>
struct Flattened<Result<T>> {
  using type = T;
};
template <class T>
struct Flattened<Future<T>> {
  using type = T;
};

template <class F, class Argument>
using Returned = std::remove_cvref_t<std::invoke_result_t<F&, Argument>>;

/// The T of then()'s future.
template <class F, class Argument>
using ThenValue = typename Flattened<Returned<F, Argument>>::type;

/// The T of map()'s future: whatever `fn` returns, as it is.
template <class F, class Argument>
using MapValue =
    std::conditional_t<std::is_void_v<Returned<F, Argument>>, Unit, Returned<F, Argument>>;

/// Something that can go on.
class Step {
 public:
  virtual ~Step() = default;

  /// @param self owns this object; kept by a step that has to wait once more
  virtual void run(std::unique_ptr<Step> self) noexcept = 0;

  std::unique_ptr<Step> next;  // in the queue below
};

/// Runs `step` in this thread: now, or after the step that this thread is in the middle of. Steps
/// never run inside one another, so that a chain of any length needs the stack of one.
inline void run_in_turn(std::unique_ptr<Step> step) noexcept {
  struct Queue {
    std::unique_ptr<Step> first;
    std::unique_ptr<Step>* end = &first;
  };
  // A pointer, not the queue: it has no destructor, and so is there for other thread_locals', too.
  thread_local Queue* running = nullptr;
  if (running) {
    *running->end = std::move(step);
    running->end = &(*running->end)->next;
    return;
  }
  Queue queue;
  running = &queue;
  while (step) {
    Step& now = *step;
    now.run(std::move(step));  // and destroys it, with what it has kept alive
    step = std::move(queue.first);
    if (step) queue.first = std::move(step->next);
    if (!queue.first) queue.end = &queue.first;
  }
  running = nullptr;
}

// Which outcomes need `fn`, and what it is called with. The others pass it by.

struct OnValue {
  static bool needs_fn(const auto& outcome) { return outcome.has_value(); }
  static const auto& argument(const auto& outcome) { return *outcome; }
};
struct OnError {
  static bool needs_fn(const auto& outcome) { return !outcome; }
  static const auto& argument(const auto& outcome) { return outcome.error(); }
};

template <class R>
inline constexpr bool returns_future = false;
template <class T>
inline constexpr bool returns_future<Future<T>> = true;
template <class R>
inline constexpr bool returns_result = false;
template <class T>
inline constexpr bool returns_result<Result<T>> = true;

/// The future that `fn` has returned, and the stage's own, which that must not be.
template <class U>
struct Adopted {
  Future<U> future;
  Future<U> by;
};

/// One stage: waits for its source, calls `fn` if that is needed, and waits for the future that
/// `fn` returns if it is to be flattened. It belongs to whoever calls it next: a callback of the
/// source, the queue of a thread, a callback of the inner future.
///
///     waiting ── the source is settled ──> calling fn ── it returns a future ──> waiting for that
///        │                                    │                                        │
///        └──────── or is stopped ─────────────┴──────> its result is settled <─────────┘
template <class T, class U, class On, bool flattens, class F>
class Stage final : public Step {
 public:
  static Future<U> start(Future<T> future, F fn, std::stop_token token) {
    if (!future.valid()) throw std::future_error(std::future_errc::no_state);
    std::pair<Future<U>, Resolver<U>> made = make_future<U>();
    auto stage = std::make_unique<Stage>(std::move(future), std::move(fn), std::move(made.second));
    const Future<T>& source = stage->source_;
    if constexpr (adopts) stage->adopted_.by = made.first;
    // An outcome that is there and passes by wins over a stop that is there, too.
    if (token.stop_possible() && (!source.ready() || On::needs_fn(source.result()))) {
      stage->on_stop_ = std::make_unique<OnStop>(std::move(token), Stop{stage.get()});
      if (stage->claimed_.load(std::memory_order_relaxed)) {  // nothing to wait for
        return std::move(made.first);
      }
    }
    source.on_ready(
        [stage = std::move(stage)](const Result<T>&) mutable { run_in_turn(std::move(stage)); });
    return std::move(made.first);
  }

  Stage(Future<T> source, F fn, Resolver<U> resolver)
      : source_(std::move(source)), resolver_(std::move(resolver)), fn_(std::move(fn)) {}

  void run(std::unique_ptr<Step> self) noexcept override {
    if constexpr (adopts) {
      if (adopted_.future.valid()) return settle(adopted_.future.result());
    }
    const Result<T>& outcome = source_.result();
    if (!On::needs_fn(outcome)) return pass(outcome);
    if (on_stop_ && claimed_.exchange(true, std::memory_order_relaxed)) return;  // too late
    try {
      call(On::argument(outcome));
    } catch (...) {
      resolver_.reject(std::current_exception());
      return;
    }
    if constexpr (adopts) {
      fn_.reset();  // it has served, and need not wait with the rest
      // A copy, for the callback takes this object along.
      const Future<U> inner = adopted_.future;
      inner.on_ready(
          [self = std::move(self)](const Result<U>&) mutable { run_in_turn(std::move(self)); });
    }
  }

 private:
  struct Stop {
    Stage* stage;
    void operator()() const noexcept { stage->stopped(); }
  };

  using OnStop = std::stop_callback<Stop>;
  using R = Returned<F, decltype(On::argument(std::declval<const Result<T>&>()))>;
  static constexpr bool adopts = flattens && returns_future<R>;

  void stopped() noexcept {
    if (!claimed_.exchange(true, std::memory_order_relaxed)) fn_.reset();
    resolver_.reject(std::make_exception_ptr(
        std::system_error(std::make_error_code(std::errc::operation_canceled))));
  }

  template <class Argument>
  void call(const Argument& argument) {
    if constexpr (std::is_void_v<R>) {
      std::invoke(*fn_, argument);
      resolver_.resolve(Unit{});
    } else if constexpr (adopts) {
      Future<U> inner = std::invoke(*fn_, argument);
      if (!inner.valid()) throw std::future_error(std::future_errc::no_state);
      if (inner == adopted_.by) {
        throw std::system_error(std::make_error_code(std::errc::resource_deadlock_would_occur));
      }
      adopted_.future = std::move(inner);
    } else if constexpr (flattens && returns_result<R>) {
      resolver_.resolve(std::invoke(*fn_, argument).value());
    } else {
      resolver_.resolve(std::invoke(*fn_, argument));
    }
  }

  void pass(const Result<T>& outcome) {
    if constexpr (std::is_same_v<On, OnValue>) {
      resolver_.reject(outcome.error());
    } else {
      settle(outcome);
    }
  }

  void settle(const Result<U>& outcome) {
    const auto kept = capture([&] {  // copying the value may throw
      return outcome ? resolver_.resolve(*outcome) : resolver_.reject(outcome.error());
    });
    if (!kept) resolver_.reject(kept.error());
  }

  const Future<T> source_;
  Resolver<U> resolver_;  // the first outcome wins, be it a stop
  // Who takes this may use fn_: run() to call it, or a stop to destroy it. Relaxed: both know fn_
  // from before they were registered, and neither reads what the other has done.
  std::atomic<bool> claimed_{false};
  std::optional<F> fn_;
  [[no_unique_address]] std::conditional_t<adopts, Adopted<U>, Unit> adopted_;
  // Destroyed first: that waits for a stop which is at work on the members above. Behind a pointer,
  // because most stages have none, and a long chain is as fast as it is small.
  std::unique_ptr<OnStop> on_stop_;
};

}  // namespace detail

// What holds for every stage:
//
// - It returns at once, and has no thread. `fn` runs in the thread that settles `future`, or here
//   when that is ready. It should be short, and must not wait for a future that this thread is to
//   settle: return that future instead.
// - Order: stages of one future begin in the order in which they were attached. A stage begins
//   after the one that it is attached to has ended, and never inside another one: when this thread
//   is in the middle of a stage, then after that. So a chain of any length needs the stack of one.
// - What `fn` throws, of whatever type, is the error of the stage. `fn` may be move-only, is called
//   at most once, and is destroyed when it has run, was passed by or was stopped.
// - `token`: when it is stopped before the stage has an outcome, the stage is rejected there and
//   then with std::system_error, std::errc::operation_canceled. `fn` is not begun any more. One
//   that runs already goes on, and so does `future`; hand them the token if they are to hear. An
//   outcome that passes `fn` by and is there wins over a stop.
// - Throws std::future_error with std::future_errc::no_state when `future` has no promise.
//
// Thread-safety: may be called from any threads at once, on the same future, too.
// Source: Task 10 of the practice tasks.

/// Goes on with a value; an error passes by.
/// @param fn called as fn(const T&). A Future<U> or a Result<U> that it returns is flattened, one
///     level deep: what becomes of it becomes of the stage. void is Unit, a U is the value.
/// @return a Future<U>. It is rejected with std::future_errc::no_state when `fn` returns a future
///     without a promise, and with std::errc::resource_deadlock_would_occur when it returns this
///     very future. (One that waits for this one in a roundabout way is not found out.)
///     A U that comes in a future is copied out of it.
template <class T, class F>
auto then(Future<T> future, F fn, std::stop_token token = {})
    -> Future<detail::ThenValue<F, const T&>> {
  using U = detail::ThenValue<F, const T&>;
  return detail::Stage<T, U, detail::OnValue, true, F>::start(std::move(future), std::move(fn),
                                                              std::move(token));
}

/// Transforms a value; an error passes by.
/// @param fn called as fn(const T&). What it returns is the value as it is, also when that is a
///     Future or a Result; void is Unit.
template <class T, class F>
auto map(Future<T> future, F fn, std::stop_token token = {})
    -> Future<detail::MapValue<F, const T&>> {
  using U = detail::MapValue<F, const T&>;
  return detail::Stage<T, U, detail::OnValue, false, F>::start(std::move(future), std::move(fn),
                                                               std::move(token));
}

/// Makes something of an error; a value passes by, as a copy.
/// @param fn called as fn(std::exception_ptr), never null. Returns a T, a Result<T> or a Future<T>,
///     which is flattened as by then(). To give the error on, rethrow it, or another one.
template <class T, class F>
Future<T> recover(Future<T> future, F fn, std::stop_token token = {}) {
  return detail::Stage<T, T, detail::OnError, true, F>::start(std::move(future), std::move(fn),
                                                              std::move(token));
}

}  // namespace promissory
