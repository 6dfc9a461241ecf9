#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <future>
#include <latch>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "10-pipeline/pipeline.hpp"
#include "support/awkward_types.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/threads.hpp"
#include "support/words.hpp"

namespace {

using promissory::failure;
using promissory::Future;
using promissory::go;
using promissory::make_future;
using promissory::map;
using promissory::recover;
using promissory::Resolver;
using promissory::Result;
using promissory::then;
using promissory::Unit;
using promissory::support::contract;
using promissory::support::Counted;
using promissory::support::HeldGate;
using promissory::support::MoveOnly;
using promissory::support::NoDefault;
using promissory::support::ThrowsOnMove;
using promissory::support::words;

// A sanitizer's frames are several times as large, and every link costs as much more.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int many = 20'000;
#else
constexpr int many = 100'000;
#endif

/// A source of one's own. (g++ 12 takes the constructor of a local one for a use of what is not
/// initialized yet, once it is inlined beside a starter's todo().)
std::stop_source new_source() {
  return {};
}

std::exception_ptr error(const char* what) {
  return std::make_exception_ptr(std::runtime_error(what));
}

template <class T>
Future<T> kept(T value) {
  auto [future, resolver] = make_future<T>();
  resolver.resolve(std::move(value));
  return future;
}

Future<int> failed(const char* what) {
  auto [future, resolver] = make_future<int>();
  resolver.reject(error(what));
  return future;
}

/// The std::errc with which `future` was rejected; nothing when it was not, or with another error.
template <class T>
std::optional<std::errc> errc_of(const Future<T>& future) {
  if (!future.ready() || future.result()) return std::nullopt;
  try {
    future.await();
  } catch (const std::system_error& error) {
    return static_cast<std::errc>(error.code().value());
  } catch (...) {
  }
  return std::nullopt;
}

/// What is not written yet says so here, before another thread could wait for it.
void expect_written() {
  EXPECT_EQ(then(kept(1), [](int n) { return n + 1; }).await(), 2);
  EXPECT_EQ(map(kept(1), [](int n) { return n + 1; }).await(), 2);
  EXPECT_EQ(recover(kept(1), [](std::exception_ptr) { return 0; }).await(), 1);
}

/// @return whether stages run where their future is settled. A version with a thread for each would
///     start a hundred thousand of them in the tests that ask this first.
bool needs_no_thread() {
  auto [number, resolver] = make_future<int>();
  const auto where = std::make_shared<std::atomic<std::thread::id>>();
  [[maybe_unused]] const auto stage =
      then(number, [where](int) { where->store(std::this_thread::get_id()); });
  resolver.resolve(1);
  return where->load() == std::this_thread::get_id();
}

/// A chain of stages that count their calls.
Future<int> chain_on(Future<int> last, int length) {
  for (int i = 0; i < length; ++i) last = then(last, [](int n) { return n + 1; });
  return last;
}

// When a function is called, and with what.

TEST(PipelineHidden, AFunctionIsCalledOnceAndNotBefore) {
  contract("A function is called once, when the outcome is there and not before.", "a-stage");
  auto [number, resolver] = make_future<int>();
  int then_calls = 0;
  int map_calls = 0;
  int recover_calls = 0;
  const auto a = then(number, [&](int) { ++then_calls; });
  [[maybe_unused]] const auto b = map(number, [&](int) { ++map_calls; });
  [[maybe_unused]] const auto c =
      recover(a, [&](std::exception_ptr) -> Unit { return ++recover_calls, Unit{}; });
  EXPECT_EQ(then_calls + map_calls + recover_calls, 0);
  EXPECT_TRUE(resolver.resolve(1));
  EXPECT_FALSE(resolver.resolve(2));
  EXPECT_FALSE(resolver.reject(error("late")));
  EXPECT_EQ(then_calls, 1);
  EXPECT_EQ(map_calls, 1);
  EXPECT_EQ(recover_calls, 0);
}

TEST(PipelineHidden, AFunctionSeesTheValueItself) {
  contract("The value is handed over by reference, not as a copy.", "a-stage");
  auto [text, resolver] = make_future<std::string>();
  const auto address = [](const std::string& value) { return &value; };
  const auto by_then = then(text, address);
  const auto by_map = map(text, address);
  resolver.resolve("seven");
  EXPECT_EQ(by_then.await(), &text.await());
  EXPECT_EQ(by_map.await(), &text.await());
}

struct User {
  std::string name;
  std::string upper() const { return name + "!"; }
};

TEST(PipelineHidden, AFunctionIsAnythingThatCanBeCalled) {
  contract("A function may be move-only, mutable, a pointer to a function or to a member.",
           "a-stage");
  const Future<User> user = kept(User{"ada"});
  EXPECT_EQ(map(user, &User::name).await(), "ada");
  EXPECT_EQ(map(user, &User::upper).await(), "ada!");
  EXPECT_EQ(then(user, &User::name).await(), "ada");
  auto [number, resolver] = make_future<int>();
  const Future<int> sum =
      then(number, [held = std::make_unique<int>(3)](int n) mutable { return *held += n; });
  resolver.resolve(4);
  EXPECT_EQ(sum.await(), 7);
}

TEST(PipelineHidden, AReferenceThatIsReturnedIsCopied) {
  contract("What a function returns by reference becomes a value of its own.", "a-stage");
  auto [user, resolver] = make_future<User>();
  auto name = then(user, [](const User& u) -> const std::string& { return u.name; });
  EXPECT_TRUE((std::is_same_v<decltype(name), Future<std::string>>));
  resolver.resolve(User{"ada"});
  user = Future<User>();
  EXPECT_EQ(name.await(), "ada");
}

TEST(PipelineHidden, ValuesMayBeAwkward) {
  contract("A value that a function makes is moved, never copied or assigned.", "a-stage");
  const Future<MoveOnly> made = then(kept(1), [](int n) { return MoveOnly(n); });
  EXPECT_EQ(*made.await().value, 1);
  EXPECT_EQ(map(made, [](const MoveOnly& m) { return *m.value; }).await(), 1);
  const Future<MoveOnly> mapped = map(kept(2), [](int n) { return MoveOnly(n); });
  EXPECT_EQ(*mapped.await().value, 2);
  const auto one = then(kept(NoDefault(3)), [](const NoDefault& n) { return NoDefault(n.value); });
  EXPECT_EQ(recover(one, [](std::exception_ptr) { return NoDefault(0); }).await().value, 3);
  EXPECT_EQ(then(one, [&](const NoDefault&) { return one; }).await().value, 3);
}

TEST(PipelineHidden, AValueThatCannotBeMovedIsAnError) {
  contract("When the value cannot be moved in, that is the error of the stage.", "errors-pass-by");
  const auto stage = then(kept(1), [](int n) { return ThrowsOnMove(n); });
  ASSERT_TRUE(stage.ready());
  EXPECT_EQ(words(stage.result().error()), "move");
}

struct ThrowsOnCopy {
  explicit ThrowsOnCopy(int number) : value(number) {}
  ThrowsOnCopy(const ThrowsOnCopy& other) : value(other.value) { throw std::logic_error("copy"); }
  ThrowsOnCopy(ThrowsOnCopy&&) noexcept = default;
  ThrowsOnCopy& operator=(const ThrowsOnCopy&) = delete;
  ThrowsOnCopy& operator=(ThrowsOnCopy&&) = delete;
  ~ThrowsOnCopy() = default;
  int value;
};

TEST(PipelineHidden, AValueThatCannotBeCopiedOutIsAnError) {
  contract(
      "A value that passes by or comes in a future is copied; if that throws, it is the error.",
      "errors-pass-by");
  const Future<ThrowsOnCopy> source = kept(ThrowsOnCopy(1));
  const auto passed = recover(source, [](std::exception_ptr) { return ThrowsOnCopy(2); });
  ASSERT_TRUE(passed.ready());
  EXPECT_EQ(words(passed.result().error()), "copy");
  const auto flattened = then(kept(1), [&](int) { return source; });
  ASSERT_TRUE(flattened.ready());
  EXPECT_EQ(words(flattened.result().error()), "copy");
}

TEST(PipelineHidden, AFutureWithoutAPromiseIsRefused) {
  contract("A stage of a future without a promise is refused in the call, with no_state.",
           "a-stage");
  const Future<int> none;
  EXPECT_THROW(then(none, [](int) {}), std::future_error);
  EXPECT_THROW(map(none, [](int) {}), std::future_error);
  EXPECT_THROW(recover(none, [](std::exception_ptr) { return 0; }), std::future_error);
}

TEST(PipelineHidden, ADroppedResultDoesNotStopTheStage) {
  contract("Nobody needs to hold the result of a stage for its function to be called.", "a-stage");
  auto [number, resolver] = make_future<int>();
  int seen = 0;
  then(then(number, [](int n) { return n + 1; }), [&](int n) { seen = n; });
  number = Future<int>();
  resolver.resolve(6);
  EXPECT_EQ(seen, 7);
}

TEST(PipelineHidden, AFunctionMayDropTheLastHandle) {
  contract("A function may drop the last handle of the future that it is called with.",
           "what-a-stage-keeps");
  auto made = make_future<std::string>();
  auto source = std::make_unique<Future<std::string>>(std::move(made.first));
  const Future<std::string> stage = then(*source, [&](const std::string& value) {
    source.reset();
    return value + "!";
  });
  made.second.resolve(std::string(100, 'x'));
  EXPECT_EQ(stage.await(), std::string(100, 'x') + "!");
}

// Errors.

TEST(PipelineHidden, AnErrorArrivesAsItWas) {
  contract("The same exception object passes by every stage that has no use for it.",
           "errors-pass-by");
  auto [number, resolver] = make_future<int>();
  const auto last = map(then(map(number, [](int n) { return n; }), [](int n) { return kept(n); }),
                        [](int) { return std::string(); });
  const std::exception_ptr thrown = error("the one");
  resolver.reject(thrown);
  ASSERT_TRUE(last.ready());
  EXPECT_EQ(last.result().error(), thrown);
}

TEST(PipelineHidden, AnythingThatIsThrownIsAnError) {
  contract(
      "Whatever a function throws is its error, of its own type, also when it is no exception.",
      "errors-pass-by");
  struct Mine : std::runtime_error {
    using std::runtime_error::runtime_error;
    int detail = 17;
  };
  EXPECT_THROW(then(kept(1), [](int) { throw 5; }).await(), int);
  EXPECT_THROW(map(kept(1), [](int) { throw std::string("text"); }).await(), std::string);
  EXPECT_THROW(then(kept(1), [](int) { throw kept(1); }).await(), Future<int>);
  EXPECT_THROW(recover(failed("a"), [](std::exception_ptr) -> int { throw nullptr; }).await(),
               std::nullptr_t);
  try {
    then(kept(1), [](int) { throw Mine("mine"); }).await();
    ADD_FAILURE() << "the stage has a value, but its function has thrown";
  } catch (const Mine& mine) {
    EXPECT_EQ(mine.detail, 17);
  } catch (const std::exception& sliced) {
    ADD_FAILURE() << "the exception has lost its type: " << sliced.what();
  }
}

TEST(PipelineHidden, RecoverGivesOnOrReplaces) {
  contract("recover() may rethrow its error, throw another one, or return a failure.",
           "recovering");
  const Future<int> source = failed("first");
  const auto same =
      recover(source, [](std::exception_ptr e) -> int { std::rethrow_exception(std::move(e)); });
  EXPECT_EQ(same.result().error(), source.result().error());
  const auto other =
      recover(source, [](std::exception_ptr) -> int { throw std::logic_error("b"); });
  EXPECT_EQ(words(other.result().error()), "b");
  const auto refused = recover(
      source, [](std::exception_ptr) -> Result<int> { return failure(std::logic_error("c")); });
  EXPECT_EQ(words(refused.result().error()), "c");
  const auto rescued = recover(source, [](std::exception_ptr) -> Result<int> { return 4; });
  EXPECT_EQ(rescued.await(), 4);
  const auto text = recover(then(source, [](int) { return std::string(); }),
                            [](std::exception_ptr) { return "converted"; });
  EXPECT_EQ(text.await(), "converted");
}

TEST(PipelineHidden, ABrokenPromiseCanBeRecoveredFrom) {
  contract("A source whose resolver is dropped has failed like another.", "recovering");
  auto [number, resolver] = make_future<int>();
  bool was_broken = false;
  const auto rescued = recover(number, [&](std::exception_ptr e) {
    try {
      std::rethrow_exception(e);
    } catch (const std::future_error& broken) {
      was_broken = broken.code() == std::future_errc::broken_promise;
    }
    return 7;
  });
  resolver = Resolver<int>();
  ASSERT_TRUE(rescued.ready());
  EXPECT_EQ(rescued.await(), 7);
  EXPECT_TRUE(was_broken);
}

TEST(PipelineHidden, BranchesAreIndependent) {
  contract("Stages of one future do not disturb each other: one throws, the others go on.",
           "errors-pass-by");
  auto [number, resolver] = make_future<int>();
  const auto throws = then(number, [](int) { throw std::runtime_error("mine"); });
  const auto adds = then(number, [](int n) { return n + 1; });
  const auto fails = then(number, [](int) { return failed("inner"); });
  const auto passes = recover(number, [](std::exception_ptr) { return -1; });
  resolver.resolve(1);
  EXPECT_EQ(words(throws.result().error()), "mine");
  EXPECT_EQ(adds.await(), 2);
  EXPECT_EQ(words(fails.result().error()), "inner");
  EXPECT_EQ(passes.await(), 1);
}

// Flattening.

TEST(PipelineHidden, AReturnedFutureIsFollowed) {
  contract("A stage becomes what the returned future becomes, whenever that is.", "flattening");
  const auto follow = [](bool through_recover, auto settle, bool settled_before) {
    auto [inner, inner_resolver] = make_future<int>();
    if (settled_before) settle(inner_resolver);
    auto [source, resolver] = make_future<int>();
    const Future<int> stage =
        through_recover ? recover(source, [inner = inner](std::exception_ptr) { return inner; })
                        : then(source, [inner = inner](int) { return inner; });
    if (through_recover) {
      resolver.reject(error("source"));
    } else {
      resolver.resolve(1);
    }
    EXPECT_EQ(stage.ready(), settled_before);
    if (!settled_before) settle(inner_resolver);
    EXPECT_TRUE(stage.ready());
    EXPECT_EQ(stage.result().has_value(), inner.result().has_value());
    return stage.result() ? std::to_string(*stage.result()) : words(stage.result().error());
  };
  const auto resolve = [](Resolver<int>& resolver) { resolver.resolve(7); };
  const auto reject = [](Resolver<int>& resolver) { resolver.reject(error("inner")); };
  for (const bool through_recover : {false, true}) {
    for (const bool settled_before : {false, true}) {
      EXPECT_EQ(follow(through_recover, resolve, settled_before), "7");
      EXPECT_EQ(follow(through_recover, reject, settled_before), "inner");
    }
  }
}

TEST(PipelineHidden, WaitingForAReturnedFutureBlocksNobody) {
  contract("The thread that called a function goes on while the returned future is pending.",
           "flattening");
  auto [inner, inner_resolver] = make_future<int>();
  auto [source, resolver] = make_future<int>();
  const auto stage = then(source, [&inner = inner](int) { return inner; });
  resolver.resolve(1);  // returns, although nobody has resolved the inner one
  EXPECT_FALSE(stage.ready());
  inner_resolver.resolve(2);
  EXPECT_EQ(stage.await(), 2);
}

TEST(PipelineHidden, OneLevelIsFlattened) {
  contract("then() flattens one level; a future in a future comes out with its own type.",
           "flattening");
  const Future<Future<int>> nested = map(kept(1), [](int n) { return kept(n + 1); });
  auto still_nested = then(kept(1), [&](int) { return nested; });
  EXPECT_TRUE((std::is_same_v<decltype(still_nested), Future<Future<int>>>));
  const Future<int> flat = then(nested, [](const Future<int>& inner) { return inner; });
  EXPECT_EQ(flat.await(), 2);
  auto result = map(kept(1), [](int n) -> Result<int> { return n; });
  EXPECT_TRUE((std::is_same_v<decltype(result), Future<Result<int>>>));
  EXPECT_EQ(result.await().value(), 1);
}

TEST(PipelineHidden, AReturnedFutureWithoutAPromiseIsAnError) {
  contract("A function that returns a future without a promise rejects its stage with no_state.",
           "flattening");
  const auto expect_no_state = [](const Future<int>& stage) {
    ASSERT_TRUE(stage.ready());
    try {
      stage.await();
      ADD_FAILURE() << "the stage has a value that nobody has made";
    } catch (const std::future_error& error) {
      EXPECT_EQ(error.code(), std::future_errc::no_state);
    }
  };
  expect_no_state(then(kept(1), [](int) { return Future<int>(); }));
  expect_no_state(recover(failed("a"), [](std::exception_ptr) { return Future<int>(); }));
}

TEST(PipelineHidden, AStageThatReturnsItsOwnFutureIsAnError) {
  contract("A stage that would wait for itself is rejected with resource_deadlock_would_occur.",
           "flattening");
  auto [source, resolver] = make_future<int>();
  Future<int> own;
  own = then(source, [&](int) { return own; });
  auto [failing, failing_resolver] = make_future<int>();
  Future<int> rescued;
  rescued = recover(failing, [&](std::exception_ptr) { return rescued; });
  resolver.resolve(1);
  failing_resolver.reject(error("source"));
  EXPECT_EQ(errc_of(own), std::errc::resource_deadlock_would_occur);
  EXPECT_EQ(errc_of(rescued), std::errc::resource_deadlock_would_occur);
}

TEST(PipelineHidden, AStageMayReturnItsSource) {
  contract("Returning the source of the stage is no circle.", "flattening");
  auto [source, resolver] = make_future<int>();
  const Future<int> stage = then(source, [source = source](int) { return source; });
  resolver.resolve(3);
  ASSERT_TRUE(stage.ready());
  EXPECT_EQ(stage.await(), 3);
}

// Order.

TEST(PipelineHidden, ReadyStagesKeepTheirOrderToo) {
  contract("Stages that become ready inside another one begin in the order of attachment.",
           "order-of-stages");
  auto [outer, outer_resolver] = make_future<int>();
  auto [inner, inner_resolver] = make_future<int>();
  std::vector<int> calls;
  for (int i = 0; i < 5; ++i) then(inner, [&calls, i](int) { calls.push_back(i); });
  then(outer, [&, &inner_resolver = inner_resolver](int) { inner_resolver.resolve(1); });
  outer_resolver.resolve(1);
  EXPECT_EQ(calls, (std::vector{0, 1, 2, 3, 4}));
}

TEST(PipelineHidden, NoStageRunsInsideAnother) {
  contract("A stage that becomes ready while its thread runs another one waits for its end.",
           "order-of-stages");
  auto [outer, outer_resolver] = make_future<int>();
  auto [other, other_resolver] = make_future<int>();
  std::vector<std::string> log;
  then(other, [&](int) { log.push_back("of the other"); });
  then(outer, [&, &other_resolver = other_resolver](int) {
    log.push_back("begin");
    other_resolver.resolve(1);
    const auto on_ready = then(kept(1), [&](int) { log.push_back("of a ready one"); });
    EXPECT_FALSE(on_ready.ready());
    log.push_back("end");
  });
  outer_resolver.resolve(1);
  EXPECT_EQ(log, (std::vector<std::string>{"begin", "end", "of the other", "of a ready one"}));
}

TEST(PipelineHidden, AStageComesBeforeWhatIsAttachedToIt) {
  contract("A stage begins after the one that it is attached to has ended.", "order-of-stages");
  auto [source, resolver] = make_future<int>();
  std::vector<std::string> log;
  const auto first = then(source, [&](int) { log.push_back("a"); });
  then(first, [&](Unit) { log.push_back("a.b"); });
  const auto second = then(source, [&](int) { log.push_back("c"); });
  then(second, [&](Unit) { log.push_back("c.d"); });
  resolver.resolve(1);
  ASSERT_EQ(log.size(), 4U);
  const auto at = [&](const char* what) { return std::find(log.begin(), log.end(), what); };
  EXPECT_LT(at("a"), at("a.b"));
  EXPECT_LT(at("c"), at("c.d"));
  EXPECT_LT(at("a"), at("c"));
}

TEST(PipelineHidden, AFunctionMayAttachToItsOwnSource) {
  contract("A function may attach further stages to the future that it is called with.",
           "order-of-stages");
  auto [source, resolver] = make_future<int>();
  std::vector<int> calls;
  then(source, [&, source = source](int n) {
    calls.push_back(n);
    then(source, [&](int again) { calls.push_back(10 * again); });
  });
  resolver.resolve(1);
  EXPECT_EQ(calls, (std::vector{1, 10}));
}

TEST(PipelineHidden, AfterAThrowTheThreadGoesOnAsBefore) {
  contract("A function that throws leaves nothing behind that keeps later stages waiting.",
           "order-of-stages");
  const auto thrown = then(kept(1), [](int) { throw std::runtime_error("no"); });
  ASSERT_TRUE(thrown.ready());
  const auto next = then(kept(1), [](int n) { return n; });
  ASSERT_TRUE(next.ready()) << "the thread still believes that it is in the middle of a stage";
}

// Long chains.

TEST(PipelineHidden, ALongChainThatIsReadyNeedsNoDeepStack) {
  contract("Each stage of a ready future has run when the next one is attached.", "long-chains");
  ASSERT_TRUE(needs_no_thread());
  const Future<int> last = chain_on(kept(0), many);
  ASSERT_TRUE(last.ready());
  EXPECT_EQ(last.await(), many);
}

TEST(PipelineHidden, ALongChainOfEveryKindNeedsNoDeepStack) {
  contract("then(), map() and recover(), values and errors pass along without recursion.",
           "long-chains");
  ASSERT_TRUE(needs_no_thread());
  auto [head, resolver] = make_future<int>();
  Future<int> last = head;
  for (int i = 0; i < many / 5; ++i) {
    last = then(last, [](int n) { return kept(n + 1); });
    last = map(last, [](int n) -> int { throw n; });
    last = map(last, [](int) { return 0; });
    last = recover(last, [](std::exception_ptr e) {
      try {
        std::rethrow_exception(e);
      } catch (int n) {
        return n;
      }
    });
    last = recover(last, [](std::exception_ptr) { return -1; });
  }
  resolver.resolve(0);
  ASSERT_TRUE(last.ready());
  EXPECT_EQ(last.await(), many / 5);
}

TEST(PipelineHidden, ALongChainWhoseHeadIsDroppedNeedsNoDeepStack) {
  contract("A broken promise passes by a hundred thousand stages without recursion.",
           "long-chains");
  ASSERT_TRUE(needs_no_thread());
  Future<int> last;
  {
    auto [head, resolver] = make_future<int>();
    last = chain_on(head, many);
    EXPECT_FALSE(last.ready());
  }
  ASSERT_TRUE(last.ready());
  EXPECT_THROW(last.await(), std::future_error);
}

TEST(PipelineHidden, ALongChainIsFreedWithoutRecursion) {
  contract("A chain that nobody holds any more is freed link by link, whatever it keeps alive.",
           "long-chains");
  ASSERT_TRUE(needs_no_thread());
  std::atomic<int> alive{0};
  {
    auto [head, resolver] = make_future<int>();
    {
      Future<int> last = head;
      for (int i = 0; i < many; ++i) {
        last = then(last, [last, counted = Counted(alive)](int n) { return n; });
      }
      head = Future<int>();
    }
    EXPECT_EQ(alive.load(), many);
  }
  EXPECT_EQ(alive.load(), 0);
}

Future<int> count_down(const Future<int>& from) {
  return then(from, [](int n) { return n == 0 ? kept(0) : count_down(kept(n - 1)); });
}

TEST(PipelineHidden, ALoopOfReadyFuturesNeedsNoDeepStack) {
  contract("A stage that returns a stage that returns a stage … is a loop, not a recursion.",
           "long-chains");
  ASSERT_TRUE(needs_no_thread());
  const Future<int> at_once = count_down(kept(many));
  ASSERT_TRUE(at_once.ready());
  EXPECT_EQ(at_once.await(), 0);
  auto [start, resolver] = make_future<int>();
  const Future<int> later = count_down(start);
  resolver.resolve(many);
  ASSERT_TRUE(later.ready());
  EXPECT_EQ(later.await(), 0);
}

TEST(PipelineHidden, ALongChainThatIsStoppedNeedsNoDeepStack) {
  contract("One stop ends a hundred thousand stages without recursion.", "long-chains");
  ASSERT_TRUE(needs_no_thread());
  std::stop_source source = new_source();
  auto [head, resolver] = make_future<int>();
  const Future<int> first = then(
      head, [](int n) { return n; }, source.get_token());
  const Future<int> last = chain_on(first, many);
  source.request_stop();
  ASSERT_TRUE(last.ready());
  EXPECT_EQ(errc_of(last), std::errc::operation_canceled);
}

// Threads.

TEST(PipelineHidden, PendingStagesNeedNoThreads) {
  contract("A thousand stages that wait are a thousand callbacks, not threads.",
           "no-thread-for-a-stage");
  ASSERT_TRUE(needs_no_thread());
  auto [head, resolver] = make_future<int>();
  const auto threads_before = promissory::support::threads_of_this_process();
  const Future<int> last = chain_on(head, 1000);
  const auto threads_after = promissory::support::threads_of_this_process();
  if (threads_before && threads_after) {
    EXPECT_LE(threads_after->size(), threads_before->size() + 1);
  }
  resolver.resolve(0);
  EXPECT_EQ(last.await(), 1000);
}

TEST(PipelineHidden, EveryThreadHasItsOwnTurn) {
  contract("A stage that is busy in one thread does not hold up the stages of another.",
           "no-thread-for-a-stage");
  expect_written();
  HeldGate is_busy;
  HeldGate may_end;
  auto [slow, slow_resolver] = make_future<int>();
  [[maybe_unused]] const auto busy = then(slow, [&](int) {
    is_busy.open();
    may_end.wait();
  });
  std::jthread settling([r = std::move(slow_resolver)]() mutable { r.resolve(1); });
  is_busy.wait();
  const auto here = then(kept(1), [](int n) { return n + 1; });
  EXPECT_TRUE(here.ready());
  may_end.open();
}

TEST(PipelineHidden, ManyThreadsAttachWhileItIsSettled) {
  contract("Stages that are attached from many threads while the future is settled all run, once.",
           "no-thread-for-a-stage");
  expect_written();
  constexpr int threads = 4;
  constexpr int each = 100;
  for (int round = 0; round < 10; ++round) {
    auto [number, resolver] = make_future<int>();
    std::atomic<int> calls{0};
    std::latch start(threads + 1);
    {
      std::vector<std::jthread> attaching;
      attaching.reserve(threads);
      for (int t = 0; t < threads; ++t) {
        attaching.emplace_back([&, number = number] {
          start.arrive_and_wait();
          for (int i = 0; i < each; ++i) then(number, [&](int n) { calls.fetch_add(n); });
        });
      }
      start.arrive_and_wait();
      resolver.resolve(1);
    }
    EXPECT_EQ(calls.load(), threads * each);
  }
}

TEST(PipelineHidden, AStageSeesWhatCameBeforeTheValue) {
  contract("A stage in another thread sees everything that was written before the value.",
           "no-thread-for-a-stage");
  expect_written();
  auto [text, resolver] = make_future<std::unique_ptr<std::string>>();
  const auto length = then(text, [](const auto& value) { return value->size(); });
  const auto twice = map(length, [](std::size_t n) { return 2 * n; });
  std::jthread settling([r = std::move(resolver)]() mutable {
    r.resolve(std::make_unique<std::string>("written before"));
  });
  EXPECT_EQ(twice.await(), 28U);
}

// Stopping.

TEST(PipelineHidden, AStopIsHeardWhileTheSourceIsPending) {
  contract("A stop rejects stages of every kind at once, and those after them hear of it.",
           "stopping-a-stage");
  auto [number, resolver] = make_future<int>();
  std::stop_source source = new_source();
  const std::stop_token token = source.get_token();
  const auto by_then = then(
      number, [](int n) { return n; }, token);
  const auto by_map = map(
      number, [](int n) { return n; }, token);
  const auto by_recover = recover(
      number, [](std::exception_ptr) { return 0; }, token);
  const auto after = recover(by_then, [](std::exception_ptr) { return -1; });
  const auto beside = then(number, [](int n) { return n; });
  source.request_stop();
  EXPECT_EQ(errc_of(by_then), std::errc::operation_canceled);
  EXPECT_EQ(errc_of(by_map), std::errc::operation_canceled);
  EXPECT_EQ(errc_of(by_recover), std::errc::operation_canceled);
  ASSERT_TRUE(after.ready());
  EXPECT_EQ(after.await(), -1);
  EXPECT_FALSE(beside.ready()) << "a stage without the token was stopped, too";
  EXPECT_FALSE(number.ready());
  resolver.resolve(1);
  EXPECT_EQ(beside.await(), 1);
}

TEST(PipelineHidden, AStoppedTokenKeepsAFunctionFromBeginning) {
  contract("With a token that is stopped already no function is begun.", "stopping-a-stage");
  std::stop_source source = new_source();
  source.request_stop();
  const std::stop_token token = source.get_token();
  int calls = 0;
  auto [pending, resolver] = make_future<int>();
  const auto waiting = then(
      pending, [&](int) { ++calls; }, token);
  EXPECT_EQ(errc_of(waiting), std::errc::operation_canceled);
  EXPECT_EQ(errc_of(then(
                kept(1), [&](int) { ++calls; }, token)),
            std::errc::operation_canceled);
  EXPECT_EQ(errc_of(map(
                kept(1), [&](int) { ++calls; }, token)),
            std::errc::operation_canceled);
  EXPECT_EQ(errc_of(recover(
                failed("a"), [&](std::exception_ptr) { return ++calls; }, token)),
            std::errc::operation_canceled);
  resolver.resolve(1);
  EXPECT_EQ(calls, 0);
}

TEST(PipelineHidden, AnOutcomeThatPassesByWinsOverAStop) {
  contract("An outcome that is there and needs no function wins over a stop that is there, too.",
           "stopping-a-stage");
  std::stop_source source = new_source();
  source.request_stop();
  const auto error_passes = then(
      failed("there"), [](int n) { return n; }, source.get_token());
  ASSERT_TRUE(error_passes.ready());
  EXPECT_EQ(words(error_passes.result().error()), "there");
  const auto value_passes = recover(
      kept(7), [](std::exception_ptr) { return 0; }, source.get_token());
  ASSERT_TRUE(value_passes.ready());
  EXPECT_TRUE(value_passes.result().has_value());
}

TEST(PipelineHidden, AStopThatComesLateChangesNothing) {
  contract("A stage that has its outcome keeps it.", "stopping-a-stage");
  std::stop_source source = new_source();
  const auto stage = then(
      kept(1), [](int n) { return n; }, source.get_token());
  auto [number, resolver] = make_future<int>();
  const auto later = then(
      number, [](int n) { return kept(n); }, source.get_token());
  resolver.resolve(2);
  source.request_stop();
  EXPECT_EQ(stage.await(), 1);
  EXPECT_EQ(later.await(), 2);
}

TEST(PipelineHidden, AStopIsHeardWhileAReturnedFutureIsPending) {
  contract("A stop ends a stage also when it waits for the future that its function returned.",
           "stopping-a-stage");
  auto [inner, inner_resolver] = make_future<int>();
  auto [number, resolver] = make_future<int>();
  std::stop_source source = new_source();
  const auto stage = then(
      number, [&inner = inner](int) { return inner; }, source.get_token());
  resolver.resolve(1);
  EXPECT_FALSE(stage.ready());
  source.request_stop();
  EXPECT_EQ(errc_of(stage), std::errc::operation_canceled);
  EXPECT_TRUE(inner_resolver.resolve(7)) << "the returned future is not the stage's to end";
  EXPECT_EQ(errc_of(stage), std::errc::operation_canceled);
}

TEST(PipelineHidden, AStopFromInsideTheFunctionIsHeard) {
  contract("A stop that comes while the function runs ends the stage; what it returns is dropped.",
           "stopping-a-stage");
  std::stop_source source = new_source();
  auto [number, resolver] = make_future<int>();
  Future<int> stage;
  bool was_ready = false;
  stage = then(
      number,
      [&](int n) {
        source.request_stop();
        was_ready = stage.ready();
        return n;
      },
      source.get_token());
  resolver.resolve(1);
  EXPECT_TRUE(was_ready);
  EXPECT_EQ(errc_of(stage), std::errc::operation_canceled);
}

TEST(PipelineHidden, AStageThatWaitsForItsTurnCanBeStopped) {
  contract("A function whose turn has not come is not begun after a stop.", "stopping-a-stage");
  std::stop_source source = new_source();
  int calls = 0;
  const auto outer = then(kept(1), [&](int) {
    const auto waiting = then(
        kept(2), [&](int) { ++calls; }, source.get_token());
    source.request_stop();
    EXPECT_EQ(errc_of(waiting), std::errc::operation_canceled);
  });
  EXPECT_TRUE(outer.ready());
  EXPECT_EQ(calls, 0);
}

TEST(PipelineHidden, AStopFromAnotherThreadEndsAnAwait) {
  contract("An awaiter of a stage returns when the stage is stopped by another thread.",
           "stopping-a-stage");
  expect_written();
  auto [number, resolver] = make_future<int>();
  std::stop_source source = new_source();
  const auto stage = then(
      number, [](int n) { return n; }, source.get_token());
  std::jthread stopping([&] { source.request_stop(); });
  EXPECT_THROW(stage.await(), std::system_error);
}

// What stays alive.

TEST(PipelineHidden, AFunctionGoesWhenItHasServed) {
  contract("A function is destroyed when it has run or was passed by, not with the future.",
           "what-a-stage-keeps");
  std::atomic<int> alive{0};
  auto [number, resolver] = make_future<int>();
  [[maybe_unused]] const auto ran = then(number, [counted = Counted(alive)](int n) { return n; });
  [[maybe_unused]] const auto passed =
      recover(number, [counted = Counted(alive)](std::exception_ptr) { return 0; });
  EXPECT_EQ(alive.load(), 2);
  resolver.resolve(1);
  EXPECT_EQ(alive.load(), 0);
  [[maybe_unused]] const auto at_once =
      map(number, [counted = Counted(alive)](int n) { return n; });
  EXPECT_EQ(alive.load(), 0);
}

TEST(PipelineHidden, AFunctionGoesBeforeTheFutureThatItReturned) {
  contract("A function that has returned a future is destroyed, though that is still pending.",
           "what-a-stage-keeps");
  std::atomic<int> alive{0};
  auto [inner, inner_resolver] = make_future<int>();
  const auto stage =
      then(kept(1), [counted = Counted(alive), inner = inner](int) { return inner; });
  EXPECT_FALSE(stage.ready());
  EXPECT_EQ(alive.load(), 0);
  inner_resolver.resolve(1);
  EXPECT_TRUE(stage.ready());
}

TEST(PipelineHidden, AFunctionGoesWhenItIsStopped) {
  contract("A stop lets go of the function, though the source may be pending for long.",
           "what-a-stage-keeps");
  std::atomic<int> alive{0};
  std::stop_source source = new_source();
  auto [number, resolver] = make_future<int>();
  [[maybe_unused]] const auto stage = then(
      number, [counted = Counted(alive)](int n) { return n; }, source.get_token());
  EXPECT_EQ(alive.load(), 1);
  source.request_stop();
  EXPECT_EQ(alive.load(), 0);
  [[maybe_unused]] const auto never = then(
      number, [counted = Counted(alive)](int n) { return n; }, source.get_token());
  EXPECT_EQ(alive.load(), 0);
  resolver.resolve(1);
}

TEST(PipelineHidden, AResultKeepsNoSource) {
  contract("The result of a stage does not keep the value that it was made from.",
           "what-a-stage-keeps");
  std::atomic<int> alive{0};
  Future<int> result;
  {
    auto [source, resolver] = make_future<Counted>();
    const auto middle = map(source, [](const Counted& c) { return Counted(c); });
    result = then(middle, [](const Counted& c) { return c.value; });
    resolver.resolve(Counted(alive, 5));
  }
  EXPECT_EQ(alive.load(), 0);
  EXPECT_EQ(result.await(), 5);
}

TEST(PipelineHidden, AQueuedStageKeepsItsSource) {
  contract("A stage that waits for its turn keeps the value that it is to be called with.",
           "what-a-stage-keeps");
  std::string seen;
  [[maybe_unused]] const auto outer = then(kept(1), [&](int) {
    auto [text, resolver] = make_future<std::string>();
    then(text, [&](const std::string& value) { seen = value; });
    resolver.resolve(std::string(100, 'x'));
  });
  EXPECT_EQ(seen, std::string(100, 'x'));
}

}  // namespace
