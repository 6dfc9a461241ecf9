// A PostgreSQL server, through libpqxx.
#pragma once

#include <libpq-fe.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <pqxx/basic_connection.hxx>
#include <pqxx/binarystring.hxx>
#include <pqxx/connectionpolicy.hxx>
#include <pqxx/errorhandler.hxx>
#include <pqxx/except.hxx>
#include <pqxx/notification.hxx>
#include <pqxx/result.hxx>
#include <pqxx/transaction.hxx>
#include <stop_token>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "14-distributed-future/coordinator.hpp"
#include "14-distributed-future/stop_descriptor.hpp"

namespace promissory {

namespace detail {

/// Cuts connections at their deadlines: libpq waits for a server for as long as the socket stands.
/// Thread-safety: all members may be called from any threads at once.
class Deadlines {
 public:
  using Clock = std::chrono::steady_clock;
  using Key = std::pair<Clock::time_point, std::uint64_t>;

  Deadlines() : thread_([this](const std::stop_token& end) { keep(end); }) {}

  Key add(Clock::time_point deadline, int fd) {
    std::lock_guard lock(mutex_);
    const Key key{deadline, ++last_};
    sockets_.emplace(key, fd);
    changed_.notify_all();
    return key;
  }

  /// From then on the socket may be closed.
  void remove(const Key& key) {
    std::lock_guard lock(mutex_);
    sockets_.erase(key);
  }

 private:
  void keep(const std::stop_token& end) {
    std::unique_lock lock(mutex_);
    while (!end.stop_requested()) {
      if (sockets_.empty()) {
        changed_.wait(lock, end, [&] { return !sockets_.empty(); });
        continue;
      }
      const auto next = sockets_.begin()->first.first;
      if (Clock::now() < next) {
        changed_.wait_until(lock, end, next, [&] {
          return sockets_.empty() || sockets_.begin()->first.first != next;
        });
        continue;
      }
      ::shutdown(sockets_.begin()->second, SHUT_RDWR);
      sockets_.erase(sockets_.begin());
    }
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::uint64_t last_ = 0;      // guarded by mutex_
  std::map<Key, int> sockets_;  // guarded by mutex_
  std::jthread thread_;         // last: it uses everything above
};

/// For as long as it lives, a connection is cut when patience ends.
class Cut {
 public:
  Cut(Deadlines& deadlines, int fd, const Patience& patience)
      : deadlines_(deadlines), on_stop_(patience.token, Shut{fd}) {
    if (patience.deadline != Deadlines::Clock::time_point::max()) {
      key_ = deadlines.add(patience.deadline, fd);
    }
  }
  Cut(const Cut&) = delete;
  Cut& operator=(const Cut&) = delete;
  ~Cut() {
    if (key_) deadlines_.remove(*key_);
  }

 private:
  struct Shut {
    int fd;
    void operator()() const noexcept { ::shutdown(fd, SHUT_RDWR); }
  };

  Deadlines& deadlines_;
  std::optional<Deadlines::Key> key_;
  std::stop_callback<Shut> on_stop_;
};

/// Connects step by step, so that there is a socket to cut from the beginning. (That of libpqxx 6.4
/// leaks when there is no server.)
class ConnectInSteps : public pqxx::connectionpolicy {
 public:
  using connectionpolicy::connectionpolicy;

  handle do_startconnect(handle begun) override {
    if (begun != nullptr) return begun;
    begun = ::PQconnectStart(options().c_str());
    if (begun == nullptr) throw std::bad_alloc();
    if (::PQstatus(begun) == CONNECTION_BAD) {
      const std::string why = ::PQerrorMessage(begun);
      ::PQfinish(begun);
      throw pqxx::broken_connection(why);
    }
    return begun;
  }

  handle do_completeconnect(handle begun) override {
    begun = do_startconnect(begun);
    auto step = PGRES_POLLING_WRITING;
    while (step != PGRES_POLLING_OK) {
      if (step == PGRES_POLLING_FAILED) throw pqxx::broken_connection(::PQerrorMessage(begun));
      const short event = step == PGRES_POLLING_READING ? POLLIN : POLLOUT;
      pollfd socket{::PQsocket(begun), event, 0};
      ::poll(&socket, 1, -1);
      step = ::PQconnectPoll(begun);
    }
    return begun;
  }

  bool is_ready(handle) const noexcept override { return false; }
};

/// One connection, for one thread at a time. After an exception it is of no use.
class PostgresConnection {
 public:
  PostgresConnection(Deadlines& deadlines, const std::string& where, const Patience& patience)
      : connection_(where), quiet_(connection_) {
    const Cut cut(deadlines, connection_.sock(), patience);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    // libpqxx 6 would connect again behind our back, and lose what belongs to a connection; libpqxx
    // 7 has given that up, and these two functions with it.
    connection_.activate();
    connection_.inhibit_reactivation(true);
#pragma GCC diagnostic pop
    // Whoever is frozen in the middle of a transaction would keep its rows locked until it goes on.
    connection_.set_variable("idle_in_transaction_session_timeout", "'2s'");
  }

  pqxx::connection_base& get() {
    return connection_;
  }
  int socket() const {
    return connection_.sock();
  }

  /// @return false when the server has closed it
  bool is_good() const {
    pollfd socket{connection_.sock(), POLLIN, 0};
    return ::poll(&socket, 1, 0) == 0;
  }

  void shut() const {
    ::shutdown(connection_.sock(), SHUT_RDWR);
  }

 private:
  pqxx::basic_connection_base<ConnectInSteps> connection_;
  pqxx::quiet_errorhandler quiet_;
};

// Because the server shuts down, or because the transaction was idle for too long.
inline bool is_ended_by_the_server(const std::exception& error) {
  const auto* refused = dynamic_cast<const pqxx::sql_error*>(&error);
  return refused != nullptr &&
         (refused->sqlstate().starts_with("57P") || refused->sqlstate() == "25P03");
}

}  // namespace detail

/// Hears what is notified on one channel.
class PostgresChannel {
 public:
  PostgresChannel(std::unique_ptr<detail::PostgresConnection> connection, const std::string& name)
      : connection_(std::move(connection)), ear_(connection_->get(), name) {}
  PostgresChannel(const PostgresChannel&) = delete;
  PostgresChannel& operator=(const PostgresChannel&) = delete;
  // libpqxx would say good-bye, and wait for the answer.
  ~PostgresChannel() { connection_->shut(); }

  /// @return the payload of the next notification, in the order in which their transactions were
  ///     committed
  /// @throws Unreachable when the connection is gone, and with it perhaps some of them
  /// @throws std::system_error with std::errc::timed_out or std::errc::operation_canceled when
  ///     patience ends first
  std::string next(const Patience& patience) {
    const detail::StopDescriptor stop(patience.token);
    while (ear_.heard.empty()) {
      try {
        connection_->get().get_notifs();
      } catch (const pqxx::broken_connection& error) {
        throw Unreachable(error.what());
      }
      if (ear_.heard.empty()) wait(patience, stop);
    }
    std::string payload = std::move(ear_.heard.front());
    ear_.heard.pop_front();
    return payload;
  }

 private:
  struct Ear : pqxx::notification_receiver {
    using pqxx::notification_receiver::notification_receiver;
    void operator()(const std::string& payload, int /*backend*/) override {
      heard.push_back(payload);
    }
    std::deque<std::string> heard;
  };

  void wait(const Patience& patience, const detail::StopDescriptor& stop) const {
    while (true) {
      patience.check();
      // Rounded up, or the last millisecond would be spent spinning; and no more than an int holds.
      const auto left = std::min<std::chrono::steady_clock::duration>(
          patience.deadline - std::chrono::steady_clock::now(), std::chrono::hours(1));
      const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(
          std::max(left, std::chrono::steady_clock::duration::zero()));
      pollfd sources[] = {{connection_->socket(), POLLIN, 0}, {stop.get(), POLLIN, 0}};
      const int ready = ::poll(sources, 2, static_cast<int>(rounded.count()));
      if (ready > 0 && sources[0].revents != 0) return;
    }
  }

  std::unique_ptr<detail::PostgresConnection> connection_;
  Ear ear_;
};

/// A server. Nothing is connected until it is needed; connections are kept and used again.
/// Thread-safety: all members may be called from any threads at once.
class Postgres {
 public:
  /// @param where as libpq has it: "host=/run/postgresql user=alice dbname=promises"
  explicit Postgres(std::string where) : where_(std::move(where)) {}

  /// Runs `act` in a transaction, and commits it.
  /// @param act is given a pqxx::work&, calls its exec_params(), and returns something
  /// @return what `act` returns
  /// @throws Unreachable when there is no connection, or it broke: the transaction was committed
  ///     then or not
  /// @throws std::system_error with std::errc::timed_out or std::errc::operation_canceled when
  ///     patience ends before it is known to be committed
  /// @throws what `act` throws otherwise, pqxx::sql_error with it; the transaction is rolled back
  template <class Act>
  auto transact(const Patience& patience, Act act) {
    return translated(patience, [&] {
      auto connection = take(patience);
      auto result = committed(*connection, patience, act);
      put_back(std::move(connection));
      return result;
    });
  }

  /// @return what hears all notifications on `channel` of transactions that are committed from the
  ///     moment on at which this returns. It may outlive this object.
  /// @throws as transact()
  std::unique_ptr<PostgresChannel> listen(const std::string& channel, const Patience& patience) {
    return translated(patience, [&] {
      auto connection = std::make_unique<detail::PostgresConnection>(deadlines_, where_, patience);
      const detail::Cut cut(deadlines_, connection->socket(), patience);
      return std::make_unique<PostgresChannel>(std::move(connection), channel);
    });
  }

 private:
  // On the way out the connection is its own again before anybody else may have it.
  template <class Act>
  auto committed(detail::PostgresConnection& connection, const Patience& patience, Act& act) {
    const detail::Cut cut(deadlines_, connection.socket(), patience);
    pqxx::work work(connection.get());
    auto result = act(work);
    work.commit();
    return result;
  }

  template <class Act>
  static std::invoke_result_t<Act&> translated(const Patience& patience, Act act) {
    patience.check();
    try {
      return act();
    } catch (const pqxx::broken_connection& error) {
      patience.check();  // it may be we who broke it
      throw Unreachable(error.what());
    } catch (const pqxx::in_doubt_error& error) {
      patience.check();
      throw Unreachable(error.what());
    } catch (const pqxx::sql_error& error) {
      if (!detail::is_ended_by_the_server(error)) throw;
      patience.check();
      throw Unreachable(error.what());
    }
  }

  std::unique_ptr<detail::PostgresConnection> take(const Patience& patience) {
    {
      std::lock_guard lock(mutex_);
      while (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        if (connection->is_good()) return connection;
      }
    }
    return std::make_unique<detail::PostgresConnection>(deadlines_, where_, patience);
  }

  void put_back(std::unique_ptr<detail::PostgresConnection> connection) {
    constexpr std::size_t most = 4;
    std::lock_guard lock(mutex_);
    if (idle_.size() < most) idle_.push_back(std::move(connection));
  }

  const std::string where_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<detail::PostgresConnection>> idle_;  // guarded by mutex_
  detail::Deadlines deadlines_;
};

}  // namespace promissory
