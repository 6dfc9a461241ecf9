// A future of many values: one sends them, one reads them, and either may leave.
#pragma once

#include <cstddef>
#include <exception>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include "02-result/result.hpp"
#include "05-future/future.hpp"
#include "support/todo.hpp"

namespace promissory {

/// The right to read values that are not there yet. Each is handed out once. Dropping it never
/// blocks: it tells whoever sends that nobody reads any more.
///
/// Every member but valid() throws std::future_error with std::future_errc::no_state on a stream
/// that was default-constructed or moved from.
/// T is an object type that can be moved.
/// Thread-safety: one thread at a time; senders are others.
/// Source: the second stretch challenge of the practice tasks.
template <class T>
class FutureStream {
 public:
  FutureStream() = default;

  /// @return whether there is a stream behind this handle
  bool valid() const noexcept {
    return false;  // TODO
  }

  /// Waits for the next value.
  /// @param token stops this wait, and nobody else. A stop wins over a value that is there, so that
  ///     a stream without an end can be stopped; the end wins over a stop. Nothing is lost: one may
  ///     read on.
  /// @return the value; or nothing at the end, also when asked again
  /// @throws std::system_error with std::errc::operation_canceled when `token` was stopped
  /// @throws the error with which the stream has ended, after all values that came before, and also
  ///     when asked again
  std::optional<T> next([[maybe_unused]] std::stop_token token = {}) {
    todo("FutureStream::next: wait for a value, the end or a stop; remember how it has ended.");
  }

  /// Calls `fn` with each value, as an rvalue, in this thread, until the end.
  /// @param token as in next(), asked before each value
  /// @return success at the end; otherwise what next() or `fn` has thrown. Unless the stream has
  ///     ended, the rest is still in it.
  template <class F>
  Result<Unit> range([[maybe_unused]] F fn, [[maybe_unused]] std::stop_token token = {}) {
    todo("FutureStream::range: call fn with each value until the end, an error or a stop.");
  }

  /// All values up to the end, or the first error; what came before an error is gone then.
  Result<std::vector<T>> collect([[maybe_unused]] std::stop_token token = {}) {
    todo("FutureStream::collect: all values in a vector, or the first error.");
  }
};

/// The right to send values, and the duty to say when there are no more. Whoever drops it without
/// that breaks the promise: the stream ends with std::future_error, broken_promise.
///
/// On a sender that was default-constructed or moved from every member throws std::future_error,
/// no_state.
/// Thread-safety: all members may be called from any threads at once, except moving and destroying.
template <class T>
class StreamSender {
 public:
  StreamSender() = default;
  StreamSender(StreamSender&&) noexcept = default;

  /// Breaks the promise that was held before, like the destructor.
  StreamSender& operator=([[maybe_unused]] StreamSender other) noexcept {
    return *this;  // TODO
  }
  ~StreamSender() {
    // TODO: end what has not been ended. (todo() here would end the process.)
  }

  /// Waits while as many values are unread as there is room for.
  /// @param value is moved under a lock of the stream: T's move constructor must not use it
  /// @param token ends the wait. Room that is there is taken, stopped or not.
  /// @return false when nobody reads any more, at once and for ever after: there is no point in
  ///     going on. true otherwise, which does not mean that it will be read.
  /// @throws std::system_error with std::errc::operation_canceled when `token` was stopped before
  ///     there was room
  /// @throws std::logic_error when the stream has been ended
  bool send([[maybe_unused]] T value, [[maybe_unused]] std::stop_token token = {}) {
    todo("StreamSender::send: wait for room, or until the reader has left; hand the value over.");
  }

  /// The end: no more values. Those that were sent will still be read.
  /// @return false when it has been ended already
  bool close() { todo("StreamSender::close: no more values; wake whoever waits."); }

  /// The end, with an error, which is read after the values that were sent.
  /// @return false when it has been ended already
  /// @throws std::invalid_argument when `error` is null
  bool fail([[maybe_unused]] std::exception_ptr error) {
    todo("StreamSender::fail: no more values but this error; wake whoever waits.");
  }

  /// @return a token that is stopped when nobody reads any more, for work that takes long
  std::stop_token token() const {
    todo("StreamSender::token: of a source that is stopped when the reader leaves.");
  }
};

/// A stream in two capabilities: for whoever reads, and for whoever sends.
/// @param room how many values may be unread before send() waits, at least 1
/// @throws std::invalid_argument when `room` is 0
template <class T>
std::pair<FutureStream<T>, StreamSender<T>> make_stream([[maybe_unused]] std::size_t room = 16) {
  todo("make_stream: something that both share, and a handle to it for each.");
}

/// Starts `fn` on a thread of its own, and returns the stream of what it sends. Its end is the end
/// of the stream. Dropping the stream never blocks; `fn` hears of it, and should end.
/// @param fn called once as fn(sender, token) or fn(sender), where `sender` is a StreamSender<T>&
///     and `token` is its token(); may be move-only. What it throws, of whatever type, ends the
///     stream.
/// @throws std::invalid_argument when `room` is 0; std::system_error when no thread can be started
/// Thread-safety: may be called from any thread, but not by destructors of static objects.
template <class T, class F>
FutureStream<T> go_stream([[maybe_unused]] F fn, [[maybe_unused]] std::size_t room = 16) {
  todo("go_stream: make a stream; call fn with its sender on a thread of go(); end the stream.");
}

}  // namespace promissory
