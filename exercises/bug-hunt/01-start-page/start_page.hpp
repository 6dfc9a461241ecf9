// The greeting of the start page. Whoever is logged in is looked up beside everything else that the
// page needs; a directory that has a slow day must not make the page slow.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "bug-hunt/house/rendezvous.hpp"

namespace promissory {

struct User {
  int id = 0;
  std::string name;
};

/// Where users are found. Thread-safe; may take its time.
class Directory {
 public:
  virtual ~Directory() = default;
  virtual User find(int id) = 0;
};

/// Greets whoever is logged in. All members are thread-safe.
class StartPage {
 public:
  using Duration = std::chrono::steady_clock::duration;
  using Lookup = std::shared_ptr<house::Rendezvous<User>>;

  explicit StartPage(std::shared_ptr<Directory> directory) : directory_(std::move(directory)) {}

  /// Begins to look somebody up. Does not wait.
  Lookup look_up(int id) const {
    auto found = house::Rendezvous<User>::make("the user");
    std::thread([found, id, directory = directory_] {
      User user = directory->find(id);
      found->put(std::move(user));
    }).detach();
    return found;
  }

  /// Waits no longer than `patience`: a page without a name is better than no page.
  /// @param lookup what look_up() has returned, to be used once
  std::string greeting(const Lookup& lookup, Duration patience) {
    const auto user = lookup->take_for(patience);
    count(user.has_value());
    return user ? "Good to see you, " + user->name : "Good to see you";
  }

  /// How many greetings had a name, and how many had not.
  std::pair<int, int> named_and_nameless() const {
    const std::lock_guard lock(mutex_);
    return {named_, nameless_};
  }

 private:
  void count(bool is_named) {
    const std::lock_guard lock(mutex_);
    ++(is_named ? named_ : nameless_);
  }

  std::shared_ptr<Directory> directory_;
  mutable std::mutex mutex_;
  int named_ = 0;
  int nameless_ = 0;
};

}  // namespace promissory
