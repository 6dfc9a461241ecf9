// Tasks that succeed or fail together.
#pragma once

#include <exception>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace promissory::house {

/// Runs each task in a thread of its own; the first one that throws has all the others stopped.
///
/// go() and wait() belong to the thread that has made the group.
class Group {
 public:
  /// @param parent when it is stopped, so is the group
  explicit Group(const std::stop_token& parent = {}) : follow_(parent, Stop{stop_}) {}

  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  /// Stops the tasks and waits for them.
  ~Group() {
    stop_.request_stop();
    join();
  }

  /// @param task is called with a token that is stopped as soon as the group has failed
  template <class Task>
  void go(Task task) {
    threads_.emplace_back([this, task = std::move(task)] {
      try {
        task(stop_.get_token());
      } catch (...) {
        fail(std::current_exception());
      }
    });
  }

  /// Blocks until every task has ended.
  /// @throws what the first task that failed has thrown
  void wait() {
    join();
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  }

 private:
  struct Stop {
    std::stop_source source;
    void operator()() { source.request_stop(); }
  };

  void fail(std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(has_failed_, true)) error_ = std::move(error);
    stop_.request_stop();
  }

  void join() {
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }

  std::stop_source stop_;
  std::stop_callback<Stop> follow_;
  std::mutex mutex_;
  bool has_failed_ = false;
  std::exception_ptr error_;
  std::vector<std::thread> threads_;
};

}  // namespace promissory::house
