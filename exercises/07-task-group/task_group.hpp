// Threads with one owner: they end together, fail together, and are told to stop together.
#pragma once

#include <exception>
#include <stop_token>

#include "02-result/result.hpp"
#include "support/todo.hpp"

namespace promissory {

/// A scope for threads. Each child that is started in it has ended when wait() returns, and at the
/// latest when the group is destroyed. The first child that fails stops the others.
///
/// A stop is a request: a child that does not look at its token is waited for all the same.
/// The group is stopped once, for one reason, by whoever is first: a child that fails, the parent's
/// token, request_stop(), or the destructor.
///
/// Thread-safety: all members may be called from any threads at once, also by children. Destroying
/// it is for one thread, which is no child of it, and after which nobody uses it.
/// Source: Task 7 of the practice tasks.
class TaskGroup {
 public:
  /// @param parent when it is stopped, so is the group; the other way round nothing happens
  explicit TaskGroup([[maybe_unused]] std::stop_token parent = {}) {
    // TODO: hear of the parent's stop. (todo() here would fail every test with the same sentence.)
  }

  /// Asks the children to stop and waits for them. Their errors are lost: call wait() to hear them.
  ~TaskGroup() {
    // TODO: stop, then join. (There is nobody yet, and todo() here would end the process.)
  }

  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  /// Starts a child on a thread of its own. A group that has been stopped still starts it, with a
  /// token that is stopped.
  /// @param fn called once as fn(token) or fn(); may be move-only. It fails by throwing, whatever
  ///     it is, or by returning a Result without a value. Anything else that it returns is dropped.
  ///     It is destroyed in its thread when it has run and its failure, if any, has stopped the
  ///     group.
  /// @throws std::logic_error when wait() has found that every child has returned: nobody would
  ///     hear of this one any more. A child may start others at any time, for until it returns
  ///     itself the group is not over.
  /// @throws std::system_error when no thread can be started. Then nothing has happened.
  template <class F>
  void go([[maybe_unused]] F fn) {
    todo("TaskGroup::go: run fn on an owned thread; keep the first error, and stop the others.");
  }

  /// @return the token that the children are handed. It may outlive the group.
  std::stop_token token() const {
    todo("TaskGroup::token: hand out the token that is stopped when the group is.");
  }

  /// Asks every child to stop, those too that are started later. Does not wait.
  /// @return true for the call that stopped the group
  bool request_stop() {
    todo("TaskGroup::request_stop: ask every child to stop, and remember why.");
  }

  /// Waits until every child has returned, its function is destroyed and its thread has ended. From
  /// then on go() is refused. Does not stop anything: a group of which nobody fails was never
  /// stopped. May be called again, and gives the same answer.
  /// @return the error of the child that was the first to fail, as it was thrown; later errors are
  ///     dropped. No failure, no error: that the group was asked to stop is none in itself.
  /// @throws std::system_error with std::errc::resource_deadlock_would_occur in a child of this
  ///     group, which would wait for itself
  Result<Unit> wait() {
    todo("TaskGroup::wait: wait until every child has ended, then give out the first error.");
  }

  /// Why the group was stopped.
  /// @return the error of the first child that failed, or std::system_error with
  ///     std::errc::operation_canceled when the parent or request_stop() came before it; null as
  ///     long as it was not stopped. Whoever sees token() stopped sees a cause.
  std::exception_ptr cause() const {
    todo("TaskGroup::cause: say why the group was stopped, null if it was not.");
  }
};

}  // namespace promissory
