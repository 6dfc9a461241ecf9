// Stage after stage, each at its own speed, and none runs away from the next.
#pragma once

#include <concepts>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>

#include "02-result/result.hpp"
#include "05-future/future.hpp"
#include "s1-back-pressure/bounded_queue.hpp"

namespace promissory {

/// What one stage does, and how many items may wait for it.
template <class F>
struct ChainStage {
  std::size_t room;
  F fn;
};

/// Describes a stage for chain_of().
/// @param room how many items may wait before this stage, at least 1; or `unbounded`
/// @param fn called once for each item, with the item as an rvalue, and with the item's token if it
///     takes one: fn(T&&) or fn(T&&, std::stop_token). May be move-only. What it returns goes on to
///     the next stage: a value, void as Unit, what is in a Result. What it throws, of whatever
///     type, and a Result without a value, is the end of this item, and of no other.
template <class F>
ChainStage<F> stage(std::size_t room, F fn) {
  return {room, std::move(fn)};
}

namespace detail {

// What a chain makes of an item.

/// The Result of a stage, which is called with a token if it takes one.
template <class F, class T>
struct StageOutcome {
  using type = CapturedResult<F&, T>;
};
template <class F, class T>
requires std::is_invocable_v<F&, T, std::stop_token>
struct StageOutcome<F, T> {
  using type = CapturedResult<F&, T, std::stop_token>;
};
template <class F, class T>
using StageValue = typename StageOutcome<F, T>::type::value_type;

/// What comes out of stages with these functions when a T goes in.
template <class T, class... Fs>
struct ChainValue {
  using type = T;
};
template <class T, class F, class... Fs>
struct ChainValue<T, F, Fs...> : ChainValue<StageValue<F, T>, Fs...> {};

/// Something on its way through a chain, and whoever waits for what becomes of it.
template <class T, class Out>
struct Item {
  explicit Item(T value_) : value(std::move(value_)) {}
  T value;
  Resolver<Out> resolver;
  std::stop_token token;
};

// An item is handed on behind a pointer: however awkward it is to move, it is moved when it comes
// in and when a stage's function takes it, and never under a lock.
template <class T, class Out>
using ItemPtr = std::unique_ptr<Item<T, Out>>;

/// Where a T can be put. The three functions are those of BoundedQueue.
template <class T, class Out>
class Entrance {
 public:
  virtual ~Entrance() = default;
  virtual void push(ItemPtr<T, Out>&& item) = 0;
  virtual bool try_push(ItemPtr<T, Out>&& item) = 0;
  virtual void close() = 0;
};

/// Behind the last stage.
template <class Out>
class Exit final : public Entrance<Out, Out> {
 public:
  void push(ItemPtr<Out, Out>&& item) override { item->resolver.resolve(std::move(item->value)); }
  bool try_push(ItemPtr<Out, Out>&& item) override {
    push(std::move(item));
    return true;
  }
  void close() override {}
};

/// A queue, the thread that empties it, and where its items go next.
template <class T, class U, class Out, class F>
class Station final : public Entrance<T, Out> {
 public:
  Station(ChainStage<F> stage, std::unique_ptr<Entrance<U, Out>> next)
      : queue_(stage.room), fn_(std::move(stage.fn)), next_(std::move(next)) {
    worker_ = std::jthread([this] { work(); });
  }

  // Then worker_ is joined, which has emptied the queue and closed what is next; and then that is
  // destroyed in the same way.
  ~Station() override { queue_.close(); }

  void push(ItemPtr<T, Out>&& item) override {
    const std::stop_token token = item->token;  // a copy: the item goes while this is asked
    queue_.push(std::move(item), token);
  }
  bool try_push(ItemPtr<T, Out>&& item) override { return queue_.try_push(std::move(item)); }
  void close() override { queue_.close(); }

 private:
  void work() {
    while (std::optional<ItemPtr<T, Out>> item = queue_.pop()) serve(std::move(*item));
    next_->close();  // only now: what was in here had to get in there
  }

  void serve(ItemPtr<T, Out> item) {
    Resolver<Out> resolver = std::move(item->resolver);
    const std::stop_token token = item->token;
    Result<ItemPtr<U, Out>> made = run(std::move(item));
    if (!made) {
      resolver.reject(made.error());
      return;
    }
    Item<U, Out>& next = **made;
    next.resolver = std::move(resolver);
    next.token = token;
    try {
      // The wait that is the back-pressure: as long as this thread is in it, it takes nothing out
      // of its own queue, which fills up, and so on to the source.
      next_->push(std::move(*made));
    } catch (...) {
      next.resolver.reject(std::current_exception());  // it was not taken, so it is still here
    }
  }

  /// Calls the function. What came in is gone when the statement that calls this is over: it must
  /// not wait for room along with what came out.
  Result<ItemPtr<U, Out>> run(ItemPtr<T, Out> item) {
    return capture([&] {
      if (item->token.stop_requested()) {
        throw std::system_error(std::make_error_code(std::errc::operation_canceled));
      }
      return std::make_unique<Item<U, Out>>(call(*item).value());
    });
  }

  Result<U> call(Item<T, Out>& item) {
    return capture([&]() -> decltype(auto) {
      if constexpr (std::is_invocable_v<F&, T, std::stop_token>) {
        return std::invoke(fn_, std::move(item.value), item.token);
      } else {
        return std::invoke(fn_, std::move(item.value));
      }
    });
  }

  BoundedQueue<ItemPtr<T, Out>> queue_;
  F fn_;
  const std::unique_ptr<Entrance<U, Out>> next_;
  std::jthread worker_;  // last: joined before anything that it uses is gone
};

/// The stages from this one on, the last one first: each needs to know where its items go.
template <class T, class Out, class F, class... Fs>
std::unique_ptr<Entrance<T, Out>> build(ChainStage<F> stage, ChainStage<Fs>... later) {
  using U = StageValue<F, T>;
  std::unique_ptr<Entrance<U, Out>> next;
  if constexpr (sizeof...(Fs) == 0) {
    next = std::make_unique<Exit<Out>>();
  } else {
    next = build<U, Out>(std::move(later)...);
  }
  return std::make_unique<Station<T, U, Out, F>>(std::move(stage), std::move(next));
}

}  // namespace detail

/// Stages that work at the same time, one thread each. Items pass them in the order in which they
/// came. Before each stage waits at most as much as it has room for; a stage that has done an item
/// keeps it until there is room for it in the next one, and takes no other meanwhile. So with a
/// slow last stage everything before it fills up, and then whoever submits waits: never more items
/// are inside than the sum, over the stages, of the room and one.
///
/// A stage's function that submits to its own chain may wait for room that only it could make. It
/// should try_submit().
///
/// Thread-safety: all members may be called from any threads at once, also by stages. Moving and
/// destroying it is for one thread, which is none of its own.
/// Source: the first stretch challenge of the practice tasks.
template <class In, class Out>
class Chain {
 public:
  /// Closes, and returns when everything that was taken has come out.
  ~Chain() = default;
  Chain(Chain&&) noexcept = default;
  Chain& operator=(Chain&&) noexcept = default;

  /// Puts an item in, and waits while the first stage has no room.
  /// @param token ends the wait for room. Afterwards it is the item's: stages are handed it. When
  ///     it is stopped before a stage begins with the item, or while the item waits to get from one
  ///     stage into the next, the future is rejected with operation_canceled; an item that lies in
  ///     a queue is rejected when the stage comes to it.
  /// @return what comes out of the last stage. Whatever a stage throws rejects it; the later stages
  ///     do not see that item. Dropping it neither blocks nor cancels anything.
  /// @throws std::system_error with std::errc::operation_canceled when `token` was stopped before
  ///     there was room
  /// @throws std::logic_error when the chain is closed, or is while this waits
  Future<Out> submit(In item, std::stop_token token = {}) {
    auto [future, made] = make_item(std::move(item), std::move(token));
    first_->push(std::move(made));
    return std::move(future);
  }

  /// Like submit(), but never waits.
  /// @return nothing when the first stage has no room
  /// @throws std::logic_error when the chain is closed
  std::optional<Future<Out>> try_submit(In item, std::stop_token token = {}) {
    auto [future, made] = make_item(std::move(item), std::move(token));
    if (!first_->try_push(std::move(made))) return std::nullopt;
    return std::move(future);
  }

  /// Takes no more items; those that were taken go on to the end. Does not wait for them. Whoever
  /// waits for room is refused. May be called again.
  void close() { first_->close(); }

 private:
  template <class T, class... Fs>
  friend auto chain_of(ChainStage<Fs>... stages)
      -> Chain<T, typename detail::ChainValue<T, Fs...>::type>;

  explicit Chain(std::unique_ptr<detail::Entrance<In, Out>> first) : first_(std::move(first)) {}

  static std::pair<Future<Out>, detail::ItemPtr<In, Out>> make_item(In item,
                                                                    std::stop_token token) {
    auto made = std::make_unique<detail::Item<In, Out>>(std::move(item));
    std::pair<Future<Out>, Resolver<Out>> promise = make_future<Out>();
    made->resolver = std::move(promise.second);
    made->token = std::move(token);
    return {std::move(promise.first), std::move(made)};
  }

  std::unique_ptr<detail::Entrance<In, Out>> first_;
};

/// Starts a chain: `auto chain = chain_of<Upload>(stage(8, parse), stage(2, store));`
/// @param stages in the order in which items pass them, at least one
/// @return a Chain<In, Out>, where Out is what the last stage makes
/// @throws std::invalid_argument when a stage has no room
/// @throws std::system_error when a thread cannot be started; none is left behind then
template <class In, class... Fs>
auto chain_of(ChainStage<Fs>... stages) -> Chain<In, typename detail::ChainValue<In, Fs...>::type> {
  static_assert(sizeof...(Fs) > 0, "a chain has at least one stage");
  using Out = typename detail::ChainValue<In, Fs...>::type;
  return Chain<In, Out>(detail::build<In, Out>(std::move(stages)...));
}

}  // namespace promissory
