// Answers what an article costs. The catalogue is asked for one article at a time; when more
// requests wait than may wait, the one that has waited longest makes room.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

#include "bug-hunt/house/slot.hpp"

namespace promissory {

/// What an article costs, in cents. May take its time, throws for an article that it does not know.
using Catalogue = std::function<int(int article)>;

/// Told to a request that had to make room.
struct Busy : std::runtime_error {
  Busy() : std::runtime_error("busy") {}
};

/// How the server does, at one moment.
struct Gauges {
  int requests = 0;   // since it began
  int in_flight = 0;  // have come, and are not answered yet
  int waiting = 0;    // of these, not handed to the catalogue yet
  int shed = 0;       // since it began: had to make room
};

/// All members are thread-safe.
class PriceServer {
 public:
  PriceServer(Catalogue catalogue, std::size_t most_waiting)
      : catalogue_(std::move(catalogue)),
        most_waiting_(most_waiting),
        worker_([this](const std::stop_token& stop) { work(stop); }) {}

  /// Called by the thread of a connection, which waits for the answer.
  /// @return "200 1299", "404" for an article that nobody knows, "503" when the server is too busy
  std::string handle(int article) {
    const auto pending = enqueue(article);
    const InFlight in_flight(*this);
    try {
      return "200 " + std::to_string(pending->take());
    } catch (const Busy&) {
      return "503";
    } catch (const std::exception&) {
      return "404";
    }
  }

  Gauges gauges() const {
    const std::lock_guard lock(mutex_);
    return gauges_;
  }

 private:
  using Pending = std::shared_ptr<house::Slot<int>>;

  struct Request {
    int article;
    Pending answer;
  };

  struct InFlight {
    explicit InFlight(PriceServer& server) : server(server) {}
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;
    ~InFlight() {
      const std::lock_guard lock(server.mutex_);
      --server.gauges_.in_flight;
    }
    PriceServer& server;
  };

  Pending enqueue(int article) {
    auto answer = house::Slot<int>::make("the answer to a request");
    const std::lock_guard lock(mutex_);
    requests_.push_back({article, answer});
    ++gauges_.requests;
    ++gauges_.in_flight;
    if (requests_.size() > most_waiting_) {
      ++gauges_.shed;
      // Whoever waits is told, like everybody else: a request that is dropped is answered too.
      requests_.front().answer->fail(std::make_exception_ptr(Busy()));
      requests_.erase(requests_.begin());
    }
    gauges_.waiting = static_cast<int>(requests_.size());
    changed_.notify_one();
    return answer;
  }

  void work(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [&] { return !requests_.empty(); })) {
      const auto request = std::move(requests_.front());
      requests_.pop_front();
      gauges_.waiting = static_cast<int>(requests_.size());
      lock.unlock();
      answer(request);
      lock.lock();
    }
  }

  void answer(const Request& request) const {
    try {
      request.answer->put(catalogue_(request.article));
    } catch (...) {
      request.answer->fail(std::current_exception());
    }
  }

  Catalogue catalogue_;
  std::size_t most_waiting_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Request> requests_;
  Gauges gauges_;
  std::jthread worker_;
};

}  // namespace promissory
