// A future of many values: one sends them, one reads them, and either may leave.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include "02-result/result.hpp"
#include "05-future/future.hpp"

namespace promissory {

template <class T>
class FutureStream;
template <class T>
class StreamSender;
template <class T>
std::pair<FutureStream<T>, StreamSender<T>> make_stream(std::size_t room = 16);

namespace detail {

/// Thrown by a source whose reader's token was stopped. It is no error of the stream, which goes
/// on: a type of its own, so that it is not taken for one that was sent and says the same.
struct StoppedReading {};

/// Where the values of a stream come from. Destroyed as soon as nobody reads any more.
template <class T>
class Source {
 public:
  virtual ~Source() = default;
  /// @return the next value, or nothing at the end
  /// @throws StoppedReading, or the error with which the stream ends
  virtual std::optional<T> next(const std::stop_token& token) = 0;
};

/// What a sender and its stream share.
///
///     open ── close(), fail(), the sender is gone ──> ended: what is in it can still be read
///      │                                                │
///      └────────────── the reader has left ─────────────┴──> left: nothing is in it, or comes in
template <class T>
class Channel {
 public:
  explicit Channel(std::size_t room) : room_(room) {
    if (room == 0) throw std::invalid_argument("a stream without room carries nothing");
  }

  bool send(T&& value, const std::stop_token& token) {
    std::unique_lock lock(mutex_);
    const auto is_decided = [this] { return ended_ || left_ || values_.size() < room_; };
    if (!room_made_.wait(lock, token, is_decided)) {
      throw std::system_error(std::make_error_code(std::errc::operation_canceled));
    }
    if (ended_) throw std::logic_error("a value for a stream that has ended");
    if (left_) return false;
    values_.push_back(std::move(value));
    value_came_.notify_one();  // there is one reader
    return true;
  }

  /// @param error null for an end that is none
  bool end(std::exception_ptr error) {
    std::lock_guard lock(mutex_);
    if (ended_) return false;
    ended_ = true;
    error_ = std::move(error);
    value_came_.notify_one();
    room_made_.notify_all();  // another thread may be in send() with the same sender
    return true;
  }

  std::optional<T> next(const std::stop_token& token) {
    std::unique_lock lock(mutex_);
    value_came_.wait(lock, token, [this] { return ended_ || !values_.empty(); });
    // The end wins over a stop, for there is nothing left to be stopped. A stop wins over a value:
    // of these there may be no end.
    if (ended_ && values_.empty()) {
      if (error_) std::rethrow_exception(error_);
      return std::nullopt;
    }
    if (token.stop_requested()) throw StoppedReading();
    std::optional<T> value(std::move(values_.front()));
    values_.pop_front();
    room_made_.notify_one();
    return value;
  }

  void leave() noexcept {
    std::deque<T> unread;  // destroyed without the lock, for it is somebody's code
    {
      std::lock_guard lock(mutex_);
      left_ = true;
      unread.swap(values_);
      room_made_.notify_all();
    }
    reader_.request_stop();  // without the lock, too: it calls whoever has asked for that
  }

  std::stop_token token() const { return reader_.get_token(); }

 private:
  const std::size_t room_;
  std::stop_source reader_;  // stopped when the reader has left
  std::mutex mutex_;
  std::condition_variable_any room_made_;   // or the end, or the reader has left
  std::condition_variable_any value_came_;  // or the end
  std::deque<T> values_;                    // guarded by mutex_, like all below
  bool ended_ = false;
  bool left_ = false;
  std::exception_ptr error_;
};

/// The reading end of a channel.
template <class T>
class Reader final : public Source<T> {
 public:
  explicit Reader(std::shared_ptr<Channel<T>> channel) : channel_(std::move(channel)) {}
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() override { channel_->leave(); }
  std::optional<T> next(const std::stop_token& token) override { return channel_->next(token); }

 private:
  const std::shared_ptr<Channel<T>> channel_;
};

/// A source until it ends; from then on how it has ended.
template <class T>
struct Reading {
  std::unique_ptr<Source<T>> source;
  std::exception_ptr error;
};

}  // namespace detail

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
  bool valid() const noexcept { return reading_ != nullptr; }

  /// Waits for the next value.
  /// @param token stops this wait, and nobody else. A stop wins over a value that is there, so that
  ///     a stream without an end can be stopped; the end wins over a stop. Nothing is lost: one may
  ///     read on.
  /// @return the value; or nothing at the end, also when asked again
  /// @throws std::system_error with std::errc::operation_canceled when `token` was stopped
  /// @throws the error with which the stream has ended, after all values that came before, and also
  ///     when asked again
  std::optional<T> next(std::stop_token token = {}) {
    try {
      return pull(token);
    } catch (const detail::StoppedReading&) {
      throw std::system_error(std::make_error_code(std::errc::operation_canceled));
    }
  }

  /// Calls `fn` with each value, as an rvalue, in this thread, until the end.
  /// @param token as in next(), asked before each value
  /// @return success at the end; otherwise what next() or `fn` has thrown. Unless the stream has
  ///     ended, the rest is still in it.
  template <class F>
  Result<Unit> range(F fn, std::stop_token token = {}) {
    return capture([&] {
      while (std::optional<T> value = next(token)) std::invoke(fn, std::move(*value));
    });
  }

  /// All values up to the end, or the first error; what came before an error is gone then.
  Result<std::vector<T>> collect(std::stop_token token = {}) {
    std::vector<T> values;
    const Result<Unit> all = range([&](T value) { values.push_back(std::move(value)); }, token);
    if (!all) return Failure(all.error());
    return values;
  }

  /// For whoever makes a stream of another source.
  explicit FutureStream(std::unique_ptr<detail::Source<T>> source)
      : reading_(new detail::Reading<T>{std::move(source), nullptr}) {}

  /// next() for stages, which may not take a stop for an error.
  /// @throws detail::StoppedReading instead of operation_canceled
  std::optional<T> pull(const std::stop_token& token) {
    if (!reading_) throw std::future_error(std::future_errc::no_state);
    auto& [source, error] = *reading_;
    if (!source) {
      if (error) std::rethrow_exception(error);
      return std::nullopt;
    }
    try {
      std::optional<T> value = source->next(token);
      if (!value) source.reset();  // at once: whoever is behind it need not wait for our end
      return value;
    } catch (const detail::StoppedReading&) {
      throw;
    } catch (...) {
      error = std::current_exception();
      source.reset();
      throw;
    }
  }

 private:
  std::unique_ptr<detail::Reading<T>> reading_;
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
  StreamSender& operator=(StreamSender other) noexcept {
    channel_.swap(other.channel_);
    return *this;
  }
  ~StreamSender() {
    if (channel_) {
      channel_->end(std::make_exception_ptr(std::future_error(std::future_errc::broken_promise)));
    }
  }

  /// Waits while as many values are unread as there is room for.
  /// @param value is moved under a lock of the stream: T's move constructor must not use it
  /// @param token ends the wait. Room that is there is taken, stopped or not.
  /// @return false when nobody reads any more, at once and for ever after: there is no point in
  ///     going on. true otherwise, which does not mean that it will be read.
  /// @throws std::system_error with std::errc::operation_canceled when `token` was stopped before
  ///     there was room
  /// @throws std::logic_error when the stream has been ended
  bool send(T value, std::stop_token token = {}) { return checked().send(std::move(value), token); }

  /// The end: no more values. Those that were sent will still be read.
  /// @return false when it has been ended already
  bool close() { return checked().end(nullptr); }

  /// The end, with an error, which is read after the values that were sent.
  /// @return false when it has been ended already
  /// @throws std::invalid_argument when `error` is null
  bool fail(std::exception_ptr error) {
    if (!error) throw std::invalid_argument("an error that is none");
    return checked().end(std::move(error));
  }

  /// @return a token that is stopped when nobody reads any more, for work that takes long
  std::stop_token token() const { return checked().token(); }

 private:
  friend std::pair<FutureStream<T>, StreamSender<T>> make_stream<T>(std::size_t room);

  explicit StreamSender(std::shared_ptr<detail::Channel<T>> channel)
      : channel_(std::move(channel)) {}

  detail::Channel<T>& checked() const {
    if (!channel_) throw std::future_error(std::future_errc::no_state);
    return *channel_;
  }

  std::shared_ptr<detail::Channel<T>> channel_;
};

/// A stream in two capabilities: for whoever reads, and for whoever sends.
/// @param room how many values may be unread before send() waits, at least 1
/// @throws std::invalid_argument when `room` is 0
template <class T>
std::pair<FutureStream<T>, StreamSender<T>> make_stream(std::size_t room) {
  auto channel = std::make_shared<detail::Channel<T>>(room);
  return {FutureStream<T>(std::make_unique<detail::Reader<T>>(channel)),
          StreamSender<T>(std::move(channel))};
}

/// Starts `fn` on a thread of its own, and returns the stream of what it sends. Its end is the end
/// of the stream. Dropping the stream never blocks; `fn` hears of it, and should end.
/// @param fn called once as fn(sender, token) or fn(sender), where `sender` is a StreamSender<T>&
///     and `token` is its token(); may be move-only. What it throws, of whatever type, ends the
///     stream.
/// @throws std::invalid_argument when `room` is 0; std::system_error when no thread can be started
/// Thread-safety: may be called from any thread, but not by destructors of static objects.
template <class T, class F>
FutureStream<T> go_stream(F fn, std::size_t room = 16) {
  std::pair<FutureStream<T>, StreamSender<T>> made = make_stream<T>(room);
  go([fn = std::move(fn), sender = std::move(made.second)]() mutable {
    try {
      if constexpr (std::is_invocable_v<F&, StreamSender<T>&, std::stop_token>) {
        std::invoke(fn, sender, sender.token());
      } else {
        std::invoke(fn, sender);
      }
      sender.close();
    } catch (...) {
      sender.fail(std::current_exception());
    }
  });
  return std::move(made.first);
}

}  // namespace promissory
