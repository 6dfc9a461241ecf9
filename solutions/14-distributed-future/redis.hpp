// A Redis server on a Unix socket, through hiredis.
#pragma once

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "14-distributed-future/coordinator.hpp"
#include "14-distributed-future/stop_descriptor.hpp"

namespace promissory {

/// What the server answered. One of the three, or nothing at all (Redis: nil).
struct RedisReply {
  std::optional<std::string> text;  ///< any bytes; also "OK"
  std::int64_t number = 0;
  std::vector<RedisReply> items;
};

/// The server refused a command; what() is its sentence.
class RedisError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

namespace detail {

/// One connection, for one thread at a time. After any exception but RedisError it is of no use.
class RedisConnection {
 public:
  explicit RedisConnection(const std::string& socket)
      : context_(::redisConnectUnixNonBlock(socket.c_str())) {
    if (!context_) throw Unreachable("no memory for a connection");
    if (context_->err != 0) throw Unreachable(socket + ": " + context_->errstr);
    ::fcntl(context_->fd, F_SETFD, FD_CLOEXEC);
  }

  void send(const std::vector<std::string>& words, const Patience& patience) {
    std::vector<const char*> starts;
    std::vector<std::size_t> lengths;
    for (const std::string& word : words) {
      starts.push_back(word.data());
      lengths.push_back(word.size());
    }
    char* formatted = nullptr;
    const int length = ::redisFormatCommandArgv(&formatted, static_cast<int>(words.size()),
                                                starts.data(), lengths.data());
    if (length < 0) throw std::bad_alloc();
    const std::unique_ptr<char, decltype(&::redisFreeCommand)> owned(formatted, ::redisFreeCommand);
    const StopDescriptor stop(patience.token);
    for (std::size_t done = 0; done < static_cast<std::size_t>(length);) {
      // hiredis would call write(), and a server that has gone would end this process by SIGPIPE.
      const ssize_t sent = ::send(context_->fd, formatted + done,
                                  static_cast<std::size_t>(length) - done, MSG_NOSIGNAL);
      if (sent > 0) {
        done += static_cast<std::size_t>(sent);
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        wait_for(POLLOUT, patience, stop);
      } else if (errno != EINTR) {
        throw Unreachable("the connection broke while sending");
      }
    }
  }

  RedisReply receive(const Patience& patience) {
    const StopDescriptor stop(patience.token);
    while (true) {
      void* raw = nullptr;
      if (::redisGetReplyFromReader(context_.get(), &raw) != REDIS_OK) {
        throw Unreachable(context_->errstr);
      }
      if (raw != nullptr) {
        const std::unique_ptr<redisReply, decltype(&::freeReplyObject)> reply(
            static_cast<redisReply*>(raw), ::freeReplyObject);
        if (reply->type == REDIS_REPLY_ERROR) {
          throw RedisError(std::string(reply->str, reply->len));
        }
        return converted(*reply);
      }
      wait_for(POLLIN, patience, stop);
      if (::redisBufferRead(context_.get()) != REDIS_OK) throw Unreachable(context_->errstr);
    }
  }

  /// @return false when the server has closed it, or has said something that nobody asked for
  bool is_quiet() const {
    pollfd socket{context_->fd, POLLIN, 0};
    return ::poll(&socket, 1, 0) == 0;
  }

 private:
  struct Free {
    void operator()(redisContext* context) const { ::redisFree(context); }
  };

  static RedisReply converted(const redisReply& reply) {
    RedisReply result;
    switch (reply.type) {
      case REDIS_REPLY_STRING:
      case REDIS_REPLY_STATUS:
        result.text.emplace(reply.str, reply.len);
        break;
      case REDIS_REPLY_INTEGER:
        result.number = reply.integer;
        break;
      case REDIS_REPLY_ARRAY:
        for (std::size_t i = 0; i < reply.elements; ++i) {
          result.items.push_back(converted(*reply.element[i]));
        }
        break;
      default:
        break;
    }
    return result;
  }

  void wait_for(short event, const Patience& patience, const StopDescriptor& stop) const {
    while (true) {
      patience.check();
      // Rounded up, or the last millisecond would be spent spinning; and no more than an int holds.
      const auto left = std::min<std::chrono::steady_clock::duration>(
          patience.deadline - std::chrono::steady_clock::now(), std::chrono::hours(1));
      const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(
          std::max(left, std::chrono::steady_clock::duration::zero()));
      pollfd sources[] = {{context_->fd, event, 0}, {stop.get(), POLLIN, 0}};
      const int ready = ::poll(sources, 2, static_cast<int>(rounded.count()));
      if (ready > 0 && sources[0].revents != 0) return;
    }
  }

  std::unique_ptr<redisContext, Free> context_;
};

}  // namespace detail

/// Hears what is published on one channel.
class RedisChannel {
 public:
  RedisChannel(std::unique_ptr<detail::RedisConnection> connection)
      : connection_(std::move(connection)) {}

  /// @return the next message, in the order in which they were published
  /// @throws as Redis::command(), but is of no use after Unreachable only
  std::string next(const Patience& patience) {
    while (true) {
      // {"message", channel, bytes}
      auto reply = connection_->receive(patience);
      if (reply.items.size() == 3 && reply.items[0].text == "message" && reply.items[2].text) {
        return std::move(*reply.items[2].text);
      }
    }
  }

 private:
  std::unique_ptr<detail::RedisConnection> connection_;
};

/// A server. Nothing is connected until it is needed; connections are kept and used again.
/// Thread-safety: all members may be called from any threads at once.
class Redis {
 public:
  /// @param socket the path of its Unix socket
  explicit Redis(std::string socket) : socket_(std::move(socket)) {}

  /// Sends a command and waits for the answer.
  /// @param words {"SET", "key", "any bytes"}
  /// @throws RedisError when the server refuses it
  /// @throws Unreachable when there is no connection, or it broke before the answer came
  /// @throws std::system_error with std::errc::timed_out or std::errc::operation_canceled when
  ///     patience ends before the answer has come
  RedisReply command(const std::vector<std::string>& words, const Patience& patience) {
    patience.check();
    auto connection = take();
    connection->send(words, patience);
    try {
      auto reply = connection->receive(patience);
      put_back(std::move(connection));
      return reply;
    } catch (const RedisError&) {
      put_back(std::move(connection));
      throw;
    }
  }

  /// Sends a command without waiting for anything, if that is possible; nobody will know.
  void post(const std::vector<std::string>& words) noexcept {
    try {
      // What does not go out at once stays here.
      const Patience none{std::chrono::steady_clock::time_point::min()};
      take()->send(words, none);
    } catch (const std::exception&) {
      // Nobody is told.
    }
  }

  /// @return what hears everything that is published on `channel` from the moment on at which this
  ///     returns. It may outlive this object.
  /// @throws as command()
  std::unique_ptr<RedisChannel> subscribe(const std::string& channel, const Patience& patience) {
    patience.check();
    auto connection = std::make_unique<detail::RedisConnection>(socket_);
    connection->send({"SUBSCRIBE", channel}, patience);
    connection->receive(patience);  // the server says that it has begun
    return std::make_unique<RedisChannel>(std::move(connection));
  }

 private:
  std::unique_ptr<detail::RedisConnection> take() {
    {
      std::lock_guard lock(mutex_);
      while (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        if (connection->is_quiet()) return connection;
      }
    }
    return std::make_unique<detail::RedisConnection>(socket_);
  }

  void put_back(std::unique_ptr<detail::RedisConnection> connection) {
    constexpr std::size_t most = 8;
    std::lock_guard lock(mutex_);
    if (idle_.size() < most) idle_.push_back(std::move(connection));
  }

  const std::string socket_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<detail::RedisConnection>> idle_;  // guarded by mutex_
};

}  // namespace promissory
