#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <exception>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "s2-stream/stages.hpp"
#include "s2-stream/stream.hpp"
#include "support/at_the_end.hpp"
#include "support/awkward_types.hpp"
#include "support/contract.hpp"
#include "support/crowd.hpp"
#include "support/gate.hpp"
#include "support/parked.hpp"
#include "support/tally.hpp"
#include "support/threads.hpp"
#include "support/words.hpp"

namespace {

using promissory::filter;
using promissory::FutureStream;
using promissory::go_stream;
using promissory::make_stream;
using promissory::map;
using promissory::StreamSender;
using promissory::take;
using promissory::support::AtTheEnd;
using promissory::support::contract;
using promissory::support::Counted;
using promissory::support::Crowd;
using promissory::support::Gate;
using promissory::support::MoveOnly;
using promissory::support::ParkingSpot;
using promissory::support::Tally;
using promissory::support::thread_numbers;
using promissory::support::thrown_by;
using promissory::support::ThrowsOnMove;
using promissory::support::words;

/// Out of line: in a body that it sees must throw, as a starter's does, g++ 12 does not inline all
/// of the constructor, and then warns that the source is used uninitialized.
[[gnu::noinline]] std::stop_source new_stop_source() {
  return std::stop_source();
}

/// @return 1, 2, 3 …, for as long as somebody reads; `ended` counts when nobody does
FutureStream<int> numbers(Tally& ended, std::size_t room = 4) {
  return go_stream<int>(
      [&ended](StreamSender<int>& sender) {
        for (int i = 1; sender.send(i); ++i) {
        }
        ended.add();
      },
      room);
}

/// @return `count` numbers from 1, all sent, and the end
FutureStream<int> up_to(int count) {
  auto [stream, sender] = make_stream<int>(100);
  for (int i = 1; i <= count; ++i) sender.send(i);
  sender.close();
  return std::move(stream);
}

/// What is not written yet says so here, before another thread could wait for it.
void expect_written() {
  auto [stream, sender] = make_stream<int>(4);
  sender.send(1);
  stream.next();
  EXPECT_FALSE(sender.token().stop_requested());
  sender.close();
  EXPECT_TRUE(up_to(1).collect().has_value());
  EXPECT_TRUE(up_to(1).range([](int) {}).has_value());
  auto one = take(filter(map(up_to(1), [](int n) { return n; }), [](int) { return true; }), 1);
  EXPECT_EQ(one.next(), 1);
}

/// A stream through five stages: tens of the even ones of what is one more than was sent.
template <class Each>
FutureStream<std::string> five_stages(FutureStream<int> stream, Each each) {
  auto more = map(std::move(stream), [each](int n) {
    each();
    return n + 1;
  });
  auto even = filter(std::move(more), [each](int n) {
    each();
    return n % 2 == 0;
  });
  auto tens = map(std::move(even), [each](int n) {
    each();
    return n * 10;
  });
  auto some = take(std::move(tens), 1000);
  return map(std::move(some), [each](int n) {
    each();
    return std::to_string(n);
  });
}

TEST(FutureStreamHidden, FiveStagesLeftMidWay) {
  contract("Five stages that are stopped mid-way leave no thread behind.", "left-mid-way");
  expect_written();
  const auto before = thread_numbers().size();
  for (const std::size_t mid_way : {1U, 2U, 17U}) {
    Tally ended;
    std::stop_source reader = new_stop_source();
    std::vector<std::string> seen;
    {
      auto stream = five_stages(numbers(ended), [] {});
      const auto all = stream.range(
          [&](std::string text) {
            seen.push_back(std::move(text));
            if (seen.size() == mid_way) reader.request_stop();
          },
          reader.get_token());
      EXPECT_EQ(words(all), "canceled");
    }
    EXPECT_EQ(seen.size(), mid_way);
    EXPECT_EQ(seen.front(), "20");
    ended.wait_for(1);
  }
  // Whoever has counted is as good as gone; the kernel needs a moment to say so.
  while (thread_numbers().size() > before) std::this_thread::yield();
}

TEST(FutureStreamHidden, FiveStagesLeftWhileTheyWait) {
  contract("A stop is heard by whoever waits behind five stages for a value.", "left-mid-way");
  expect_written();
  Tally ended;
  std::stop_source reader = new_stop_source();
  std::string outcome;
  ParkingSpot waiting;
  {
    auto stream = five_stages(go_stream<int>([&](StreamSender<int>& sender, std::stop_token left) {
                                sender.send(1);
                                Gate never;
                                EXPECT_FALSE(never.wait(left));
                                ended.add();
                              }),
                              [] {});
    EXPECT_EQ(stream.next(), "20");
    std::jthread reading([&] {
      waiting.arriving();
      outcome = words(stream.range([](const std::string&) {}, reader.get_token()));
    });
    waiting.wait_until_parked();
    reader.request_stop();
    reading.join();
    EXPECT_EQ(outcome, "canceled");
    EXPECT_EQ(ended.value(), 0) << "a reader that gives up has not left";
  }
  ended.wait_for(1);
}

TEST(FutureStreamHidden, FiveStagesLeftByAnError) {
  contract("When any of five stages throws, everything before it ends at once, nothing is left.",
           "an-error-ends-the-stream");
  expect_written();
  for (int failing = 1; failing <= 12; ++failing) {
    Tally ended;
    auto stream = five_stages(numbers(ended), [calls = std::make_shared<int>(0), failing] {
      if (++*calls == failing) throw std::runtime_error("broken");
    });
    EXPECT_EQ(words(stream.collect()), "broken");
    ended.wait_for(1);  // although the stream is still there
    EXPECT_EQ(words(stream.collect()), "broken") << "the end is the end, also when asked again";
  }
}

TEST(FutureStreamHidden, StagesHaveNoThread) {
  contract("The functions of all stages run in the thread that reads.", "stages-without-threads");
  Tally ended;
  std::mutex mutex;
  std::set<std::thread::id> threads;
  {
    auto stream = five_stages(numbers(ended), [&] {
      std::lock_guard lock(mutex);
      threads.insert(std::this_thread::get_id());
    });
    for (int i = 0; i < 10; ++i) stream.next();
  }
  ended.wait_for(1);
  EXPECT_EQ(threads, std::set{std::this_thread::get_id()});
}

TEST(FutureStreamHidden, StagesDoNothingUntilTheyAreRead) {
  contract("A stage calls its function for the values that are asked for, and no others.",
           "stages-without-threads");
  int calls = 0;
  auto doubled = map(up_to(10), [&](int n) {
    ++calls;
    return 2 * n;
  });
  auto two = take(std::move(doubled), 2);
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(two.next(), 2);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(two.next(), 4);
  EXPECT_EQ(two.next(), std::nullopt);
  EXPECT_EQ(calls, 2);
}

TEST(FutureStreamHidden, AStopWinsOverValues) {
  contract("A stop is heard also where values never run out, and where none gets through.",
           "a-stop-and-a-value");
  Tally ended;
  std::stop_source reader = new_stop_source();
  int looked = 0;
  auto none = filter(numbers(ended), [&](int) {
    if (++looked == 20) reader.request_stop();
    return false;
  });
  EXPECT_EQ(words(none.collect(reader.get_token())), "canceled");
  EXPECT_EQ(looked, 20);
  auto there = up_to(3);
  EXPECT_EQ(thrown_by([&] { there.next(reader.get_token()); }), "canceled");
  EXPECT_EQ(words(there.range([](int) {}, reader.get_token())), "canceled");
  none = FutureStream<int>();
  ended.wait_for(1);
}

TEST(FutureStreamHidden, TheEndWinsOverAStop) {
  contract("Where nothing is left to be stopped, a stop changes nothing.", "a-stop-and-a-value");
  std::stop_source reader = new_stop_source();
  reader.request_stop();
  auto empty = up_to(0);
  EXPECT_EQ(empty.next(reader.get_token()), std::nullopt);
  EXPECT_EQ(words(empty.range([](int) {}, reader.get_token())), "none");
  std::stop_source late = new_stop_source();
  auto two = take(up_to(10), 2);
  const auto all = two.range(
      [&, seen = 0](int) mutable {
        if (++seen == 2) late.request_stop();
      },
      late.get_token());
  EXPECT_EQ(words(all), "none") << "everything that was wanted has been read";
  auto [failed, sender] = make_stream<int>(1);
  sender.fail(std::make_exception_ptr(std::runtime_error("line cut")));
  EXPECT_EQ(thrown_by([&, &failed = failed] { failed.next(reader.get_token()); }), "line cut");
}

TEST(FutureStreamHidden, AStopLosesNothing) {
  contract("After a stop the reader may read on, through all stages, and misses nothing.",
           "a-stop-and-a-value");
  auto stream = five_stages(up_to(20), [] {});
  std::vector<std::string> seen;
  int stops = 0;
  for (bool more = true; more;) {
    std::stop_source reader = new_stop_source();
    const auto all = stream.range(
        [&](std::string text) {
          seen.push_back(std::move(text));
          reader.request_stop();
        },
        reader.get_token());
    more = words(all) == "canceled" && ++stops < 50;
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"20", "40", "60", "80", "100", "120", "140", "160",
                                            "180", "200"}));
}

TEST(FutureStreamHidden, TakeLeavesWithItsLastValue) {
  contract("With the last value that it wants, take() leaves; nobody has to ask for one more.",
           "take-leaves-early");
  Tally ended;
  auto three = take(numbers(ended), 3);
  EXPECT_EQ(three.next(), 1);
  EXPECT_EQ(three.next(), 2);
  EXPECT_EQ(ended.value(), 0);
  EXPECT_EQ(three.next(), 3);
  ended.wait_for(1);  // although the stream is still there
  EXPECT_EQ(three.next(), std::nullopt);
}

TEST(FutureStreamHidden, TakeNeedsNoMoreThanItTakes) {
  contract("take() does not wait for a value behind the last one that it wants.",
           "take-leaves-early");
  expect_written();
  auto [stream, sender] = make_stream<int>(4);
  sender.send(1);
  sender.send(2);
  auto two = take(std::move(stream), 2);
  const auto all = two.collect();  // nobody sends a third
  ASSERT_TRUE(all.has_value());
  EXPECT_EQ(*all, (std::vector{1, 2}));
  EXPECT_FALSE(sender.send(3));
}

TEST(FutureStreamHidden, TakeNothingAndTakeMoreThanThereIs) {
  contract("take(0) leaves at once; of a shorter stream take() gives what there is.",
           "take-leaves-early");
  auto [stream, sender] = make_stream<int>(4);
  EXPECT_TRUE(sender.send(1));
  auto none = take(std::move(stream), 0);
  EXPECT_FALSE(sender.send(2));
  EXPECT_EQ(none.next(), std::nullopt);
  auto all = take(up_to(2), 100).collect();
  EXPECT_EQ(all.value(), (std::vector{1, 2}));
  auto [failing, other] = make_stream<int>(4);
  other.send(1);
  other.fail(std::make_exception_ptr(std::runtime_error("line cut")));
  auto some = take(std::move(failing), 5);
  EXPECT_EQ(some.next(), 1);
  EXPECT_EQ(thrown_by([&] { some.next(); }), "line cut");
  EXPECT_EQ(thrown_by([&] { some.next(); }), "line cut");
}

TEST(FutureStreamHidden, LeavingWakesEverybodyWhoSends) {
  contract("All threads that wait for room hear that the reader has left.",
           "nobody-reads-any-more");
  expect_written();
  Crowd crowd;
  auto made = make_stream<int>(1);
  StreamSender<int> sender = std::move(made.second);
  sender.send(0);
  std::atomic<int> told{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      crowd.arriving();
      told += sender.send(1) ? 0 : 1;
    });
  }
  crowd.wait_until_parked(3);
  made.first = FutureStream<int>();
  threads.clear();
  EXPECT_EQ(told, 3);
}

TEST(FutureStreamHidden, LeavingStopsTheWork) {
  contract("The sender's token is stopped when the reader leaves, and its callbacks may send.",
           "nobody-reads-any-more");
  expect_written();
  auto made = make_stream<int>(1);
  StreamSender<int> sender = std::move(made.second);
  bool read = true;
  std::stop_callback on_left(sender.token(), [&] { read = sender.send(1); });
  EXPECT_TRUE(read);
  made.first = FutureStream<int>();
  EXPECT_FALSE(read) << "no lock may be held while a stop calls";
}

TEST(FutureStreamHidden, TheEndIsDecidedOnce) {
  contract("The first close() or fail() counts, and a value after it is a mistake.", "how-it-ends");
  auto [stream, sender] = make_stream<int>(1);
  sender.send(1);
  EXPECT_TRUE(sender.close());
  EXPECT_FALSE(sender.close());
  EXPECT_FALSE(sender.fail(std::make_exception_ptr(std::runtime_error("late"))));
  EXPECT_THROW(sender.send(2), std::logic_error);
  EXPECT_EQ(stream.collect().value(), std::vector{1});
  auto [other, second] = make_stream<int>(1);
  EXPECT_THROW(second.fail(nullptr), std::invalid_argument);
  EXPECT_TRUE(second.fail(std::make_exception_ptr(std::runtime_error("first"))));
  EXPECT_FALSE(second.close());
  EXPECT_EQ(thrown_by([&, &other = other] { other.next(); }), "first");
}

TEST(FutureStreamHidden, ASenderThatIsAssignedOverBreaksItsPromise) {
  contract("A sender that is replaced ends the stream that it had, with an error.", "how-it-ends");
  auto [stream, sender] = make_stream<int>(4);
  sender.send(1);
  auto [other, second] = make_stream<int>(4);
  sender = std::move(second);
  EXPECT_TRUE(sender.send(2));
  EXPECT_EQ(stream.next(), 1);
  EXPECT_THROW(stream.next(), std::future_error);
  EXPECT_EQ(other.next(), 2);
  { const StreamSender<int> last = std::move(sender); }
  EXPECT_THROW(other.next(), std::future_error);
}

TEST(FutureStreamHidden, NobodyIsFarAhead) {
  contract("Through five stages the sender is never further ahead than there is room for.",
           "one-sends-one-reads");
  std::atomic<int> sent{0};
  Crowd sending;
  Tally ended;
  auto stream = five_stages(go_stream<int>(
                                [&](StreamSender<int>& sender) {
                                  sending.arriving();
                                  for (int i = 1; i <= 200 && sender.send(i); ++i) sent = i;
                                  ended.add();
                                },
                                3),
                            [] {});
  for (int read = 1; read <= 40; ++read) {
    sending.wait_until_parked(1);
    EXPECT_LE(sent, 2 * (read - 1) + 3);
    EXPECT_EQ(stream.next(), std::to_string(20 * read));
  }
  stream = FutureStream<std::string>();
  ended.wait_for(1);
}

TEST(FutureStreamHidden, AStopEndsTheWaitForRoom) {
  contract("Whoever waits in send() can give up; room that is there wins over a stop.",
           "one-sends-one-reads");
  expect_written();
  auto [stream, sender] = make_stream<int>(1);
  std::stop_source patience = new_stop_source();
  ParkingSpot full;
  std::string outcome;
  sender.send(1);
  {
    std::jthread sending([&, &sender = sender] {
      full.arriving();
      outcome = thrown_by([&] { sender.send(2, patience.get_token()); });
    });
    full.wait_until_parked();
    patience.request_stop();
  }
  EXPECT_EQ(outcome, "canceled");
  EXPECT_EQ(stream.next(), 1);
  EXPECT_EQ(thrown_by([&, &sender = sender] { sender.send(3, patience.get_token()); }), "none");
  EXPECT_EQ(stream.next(), 3);
}

TEST(FutureStreamHidden, AwkwardValuesPass) {
  contract("Values and functions that can only be moved pass through every stage.",
           "stages-without-threads");
  auto made = make_stream<MoveOnly>(4);
  for (int i = 1; i <= 4; ++i) made.second.send(MoveOnly(i));
  made.second.close();
  auto even = filter(std::move(made.first), [two = std::make_unique<int>(2)](const MoveOnly& item) {
    return *item.value % *two == 0;
  });
  auto more = map(std::move(even), [one = std::make_unique<int>(1)](MoveOnly item) {
    return MoveOnly(*item.value + *one);
  });
  auto all = take(std::move(more), 2);
  std::vector<int> seen;
  EXPECT_EQ(words(all.range([&](MoveOnly item) { seen.push_back(*item.value); })), "none");
  EXPECT_EQ(seen, (std::vector{3, 5}));
}

TEST(FutureStreamHidden, AValueThatCannotBeMovedCostsNoThread) {
  contract("A value that throws as it is moved ends the stream with that, for both sides.",
           "an-error-ends-the-stream");
  expect_written();
  Tally ended;
  auto stream = map(numbers(ended), [](int n) { return ThrowsOnMove(n, n == 2); });
  EXPECT_EQ(stream.next()->value, 1);
  EXPECT_EQ(thrown_by([&] { stream.next(); }), "move");
  ended.wait_for(1);
  EXPECT_EQ(thrown_by([&] { stream.next(); }), "move");
}

TEST(FutureStreamHidden, WhateverAThreadThrows) {
  contract("Whatever the function of go_stream() throws ends the stream, after its values.",
           "a-thread-that-sends");
  auto odd = go_stream<int>([](StreamSender<int>& sender) {
    sender.send(1);
    throw 1;  // NOLINT: no std::exception
  });
  EXPECT_EQ(odd.next(), 1);
  EXPECT_EQ(thrown_by([&] { odd.next(); }), "no std::exception");
  auto early = go_stream<int>([](StreamSender<int>& sender) {
    sender.send(1);
    sender.close();
    throw std::runtime_error("too late");
  });
  EXPECT_EQ(early.collect().value(), std::vector{1});
  auto moved = go_stream<int>(
      [one = std::make_unique<int>(1)](StreamSender<int>& sender) { sender.send(*one); });
  EXPECT_EQ(moved.collect().value(), std::vector{1});
}

TEST(FutureStreamHidden, WhatTheReaderThrowsLeavesTheRest) {
  contract("What the reader's function throws ends range(), and the rest is still there.",
           "a-stop-and-a-value");
  auto stream = five_stages(up_to(20), [] {});
  EXPECT_EQ(words(stream.range([](const std::string& text) {
              if (text == "40") throw std::runtime_error("enough");
            })),
            "enough");
  EXPECT_EQ(stream.next(), "60");
}

TEST(FutureStreamHidden, StagesAreHandedTheToken) {
  contract("A stage's function that takes a token is handed that of whoever reads.",
           "stages-without-threads");
  expect_written();
  std::stop_source reader = new_stop_source();
  std::vector<bool> stopped;
  auto stream = map(filter(up_to(3),
                           [&](int n, const std::stop_token& token) {
                             if (n == 2) reader.request_stop();
                             stopped.push_back(token.stop_requested());
                             return true;
                           }),
                    [&](int n, const std::stop_token& token) {
                      stopped.push_back(token.stop_requested());
                      return n;
                    });
  EXPECT_EQ(words(stream.range([](int) {}, reader.get_token())), "canceled");
  EXPECT_EQ(stopped, (std::vector<bool>{false, false, true, true}));
}

TEST(FutureStreamHidden, NothingUnreadIsKept) {
  contract("What nobody has read is destroyed with the stream, and nothing comes in after that.",
           "nobody-reads-any-more");
  std::atomic<int> alive{0};
  auto made = make_stream<Counted>(8);
  for (int i = 0; i < 5; ++i) made.second.send(Counted(alive, i));
  made.first.next();
  EXPECT_EQ(alive, 4);
  made.first = FutureStream<Counted>();
  EXPECT_EQ(alive, 0);
  EXPECT_FALSE(made.second.send(Counted(alive)));
  EXPECT_EQ(alive, 0);
}

TEST(FutureStreamHidden, WhereThereIsNoStream) {
  contract("A stream or a sender that is none says so, and a stream without room is refused.",
           "one-sends-one-reads");
  EXPECT_THROW(make_stream<int>(0), std::invalid_argument);
  FutureStream<int> none;
  EXPECT_FALSE(none.valid());
  EXPECT_THROW(none.next(), std::future_error);
  EXPECT_NE(words(none.range([](int) {})), "none");
  EXPECT_NE(words(none.collect()), "none");
  EXPECT_THROW(map(std::move(none), [](int n) { return n; }), std::future_error);
  EXPECT_THROW(filter(FutureStream<int>(), [](int) { return true; }), std::future_error);
  EXPECT_THROW(take(FutureStream<int>(), 1), std::future_error);
  StreamSender<int> nobody;
  EXPECT_THROW(nobody.send(1), std::future_error);
  EXPECT_THROW(nobody.close(), std::future_error);
  EXPECT_THROW(nobody.fail(std::make_exception_ptr(1)), std::future_error);
  EXPECT_THROW(static_cast<void>(nobody.token()), std::future_error);
  auto stream = up_to(1);
  EXPECT_TRUE(stream.valid());
  const auto moved = std::move(stream);
  EXPECT_TRUE(moved.valid());
  EXPECT_FALSE(stream.valid());  // NOLINT
}

}  // namespace
