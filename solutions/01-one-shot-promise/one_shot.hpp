// A future from a thread: the cheapest one-shot promise there is.
#pragma once

#include <chrono>
#include <future>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

namespace promissory {

/// Starts `fn` at once on a thread of its own.
///
/// The future is the read end, for one consumer and one value: `get()` waits for the result of `fn`
/// and moves it out, or rethrows whatever `fn` threw, of any type. Dropping the future never blocks
/// and costs nothing: the work runs to its end, nobody is told, and everything it held is freed.
/// There is no way to stop the work; exercise 3 adds one.
///
/// This is the one place in the workbook where a thread is detached. The caller sees to it that
/// what `fn` refers to outlives the work, and that the work ends before the process does.
///
/// @param fn called once without arguments; may be move-only, returns an object (not void), which
///     may be move-only and need not be default-constructible
/// @throws std::system_error when no thread can be started
/// Thread-safety: may be called from any thread. Source: Task 1 of the practice tasks.
template <class F>
std::future<std::invoke_result_t<F>> run_async(F fn) {
  // A packaged_task is a promise, the callable, and the try/catch between them. Its shared state
  // has room for the result, so the producer never waits for a consumer, and is freed by whichever
  // of the two lets go last. std::async would do the same, but its future joins in its destructor.
  std::packaged_task<std::invoke_result_t<F>()> task(std::move(fn));
  auto future = task.get_future();  // before the thread owns the task and may be done with it
  std::thread(std::move(task)).detach();
  return future;
}

/// Waits for the result, but not longer than `timeout`.
///
/// @param future stays valid and can be asked again after a timeout; is consumed by a value or an
///     exception
/// @param timeout how long to wait; zero or less means: look, do not wait
/// @return the value, moved out of `future`; std::nullopt when it was not there in time. The future
///     of a std::launch::deferred function, which nobody is running, is never there in time.
/// @throws whatever the work threw
/// @throws std::future_error with std::future_errc::no_state when `future` is not valid(), that is,
///     consumed, moved from or never connected
/// Thread-safety: one thread at a time for each future. Source: Task 1 of the practice tasks.
template <class T>
std::optional<T> get_within(std::future<T>& future, std::chrono::steady_clock::duration timeout) {
  // The standard leaves waiting on an invalid future undefined; a caller in a retry loop needs a
  // no.
  if (!future.valid()) throw std::future_error(std::future_errc::no_state);
  if (future.wait_for(timeout) != std::future_status::ready) return std::nullopt;
  return future.get();
}

}  // namespace promissory
