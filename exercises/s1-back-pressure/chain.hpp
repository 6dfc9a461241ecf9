// Stage after stage, each at its own speed, and none runs away from the next.
#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>

#include "02-result/result.hpp"
#include "05-future/future.hpp"
#include "s1-back-pressure/bounded_queue.hpp"
#include "support/todo.hpp"

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

// Given: what a chain makes of an item.

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
  ~Chain() {
    // TODO: close, then wait until everything is out. (todo() here would end the process.)
  }
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
  Future<Out> submit([[maybe_unused]] In item, [[maybe_unused]] std::stop_token token = {}) {
    todo(
        "Chain::submit: put the item before the first stage, waiting for room; return its future.");
  }

  /// Like submit(), but never waits.
  /// @return nothing when the first stage has no room
  /// @throws std::logic_error when the chain is closed
  std::optional<Future<Out>> try_submit([[maybe_unused]] In item,
                                        [[maybe_unused]] std::stop_token token = {}) {
    todo("Chain::try_submit: like submit(), but say at once when there is no room.");
  }

  /// Takes no more items; those that were taken go on to the end. Does not wait for them. Whoever
  /// waits for room is refused. May be called again.
  void close() {
    todo("Chain::close: take no more items; each stage ends when everything before it is done.");
  }
};

/// Starts a chain: `auto chain = chain_of<Upload>(stage(8, parse), stage(2, store));`
/// @param stages in the order in which items pass them, at least one
/// @return a Chain<In, Out>, where Out is what the last stage makes
/// @throws std::invalid_argument when a stage has no room
/// @throws std::system_error when a thread cannot be started; none is left behind then
template <class In, class... Fs>
auto chain_of([[maybe_unused]] ChainStage<Fs>... stages)
    -> Chain<In, typename detail::ChainValue<In, Fs...>::type> {
  static_assert(sizeof...(Fs) > 0, "a chain has at least one stage");
  todo("chain_of: a queue and a thread for each stage; each hands its items to the next.");
}

}  // namespace promissory
