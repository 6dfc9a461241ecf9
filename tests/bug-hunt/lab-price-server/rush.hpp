// A shop in which more people ask at the same time than the server lets wait.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include "bug-hunt/lab-price-server/price_server.hpp"

namespace promissory::lab {

/// A server, and connections to it, each a thread of its own. The catalogue knows all articles from
/// 0 on; while it is closed, whoever asks it waits. Not thread-safe, except where it says so.
class Shop {
 public:
  explicit Shop(std::size_t most_waiting)
      : server_(std::make_shared<PriceServer>([held = held_](int a) { return held->price(a); },
                                              most_waiting)) {}

  void open_catalogue() { held_->open(true); }
  void close_catalogue() { held_->open(false); }

  /// A connection asks. Returns once its request has come, whether it is answered or not.
  void connect(int article) {
    const int before = server_->gauges().requests;
    // The threads of connections are nobody's: what they need lives as long as they.
    std::thread([article, server = server_, held = held_] {
      const auto answer = server->handle(article);
      held->count(answer);
    }).detach();
    while (server_->gauges().requests == before) std::this_thread::yield();
  }

  /// The same, and returns once the catalogue has been asked.
  void connect_to_catalogue(int article) {
    connect(article);
    while (server_->gauges().waiting > 0) std::this_thread::yield();
  }

  /// Blocks until so many connections have had this answer, or one that begins with it.
  void await_answers(const std::string& like, int count) {
    std::unique_lock lock(held_->mutex);
    held_->changed.wait(lock, [&] { return held_->answers_like(like) >= count; });
  }

  /// How many connections have had this answer, or one that begins with it.
  int answers(const std::string& like) const {
    const std::lock_guard lock(held_->mutex);
    return held_->answers_like(like);
  }

  Gauges gauges() const { return server_->gauges(); }

 private:
  struct Held {
    int price(int article) {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return is_open; });
      if (article < 0) throw std::out_of_range("no such article");
      return 100 + article;
    }
    void open(bool now) {
      const std::lock_guard lock(mutex);
      is_open = now;
      changed.notify_all();
    }
    void count(const std::string& answer) {
      const std::lock_guard lock(mutex);
      ++given[answer];
      changed.notify_all();
    }
    int answers_like(const std::string& like) const {
      int sum = 0;
      for (const auto& [answer, count] : given) sum += answer.starts_with(like) ? count : 0;
      return sum;
    }

    std::mutex mutex;
    std::condition_variable changed;
    bool is_open = false;
    std::map<std::string, int> given;
  };

  std::shared_ptr<Held> held_ = std::make_shared<Held>();
  std::shared_ptr<PriceServer> server_;
};

constexpr int room = 4;   // may wait
constexpr int rush = 12;  // come while the catalogue answers somebody else

/// Somebody asks, and while the catalogue is slow, twelve others, of whom four can wait.
inline void rush_hour(Shop& shop) {
  shop.close_catalogue();
  shop.connect_to_catalogue(0);
  for (int article = 1; article <= rush; ++article) shop.connect(article);
}

}  // namespace promissory::lab
