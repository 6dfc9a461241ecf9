#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "s2-stream/stages.hpp"
#include "s2-stream/stream.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/parked.hpp"
#include "support/tally.hpp"
#include "support/words.hpp"

namespace {

using promissory::filter;
using promissory::FutureStream;
using promissory::go_stream;
using promissory::make_stream;
using promissory::map;
using promissory::Result;
using promissory::StreamSender;
using promissory::take;
using promissory::Unit;
using promissory::support::contract;
using promissory::support::Gate;
using promissory::support::ParkingSpot;
using promissory::support::Tally;
using promissory::support::thrown_by;
using promissory::support::words;

TEST(FutureStream, ValuesInOrderAndThenTheEnd) {
  contract("The reader gets each value once, in the order in which it was sent, then the end.",
           "one-sends-one-reads");
  auto [stream, sender] = make_stream<std::string>(4);
  EXPECT_TRUE(stream.valid());
  EXPECT_TRUE(sender.send("one"));
  EXPECT_TRUE(sender.send("two"));
  EXPECT_TRUE(sender.close());
  EXPECT_EQ(stream.next(), "one");
  EXPECT_EQ(stream.next(), "two");
  EXPECT_EQ(stream.next(), std::nullopt);
  EXPECT_EQ(stream.next(), std::nullopt) << "the end is the end, also when asked again";
}

TEST(FutureStream, TheReaderWaitsForAValue) {
  contract("next() waits until a value is sent.", "one-sends-one-reads");
  auto [stream, sender] = make_stream<int>(1);
  ParkingSpot empty;
  std::jthread sending([&empty, &sender = sender] {
    empty.wait_until_parked();
    sender.send(7);
  });
  empty.arriving();
  EXPECT_EQ(stream.next(), 7);
}

TEST(FutureStream, TheSenderWaitsForRoom) {
  contract("send() waits while as many values are unread as there is room for.",
           "one-sends-one-reads");
  auto [stream, sender] = make_stream<int>(2);
  sender.send(1);
  sender.send(2);
  ParkingSpot full;
  Tally sent;
  std::jthread sending([&, &sender = sender] {
    full.arriving();
    sender.send(3);
    sent.add();
  });
  full.wait_until_parked();
  EXPECT_EQ(sent.value(), 0);
  EXPECT_EQ(stream.next(), 1);
  sent.wait_for(1);
  EXPECT_EQ(stream.next(), 2);
  EXPECT_EQ(stream.next(), 3);
}

TEST(FutureStream, AnErrorComesAfterTheValues) {
  contract("A stream that fails gives the values that came before, and then the error.",
           "how-it-ends");
  auto [stream, sender] = make_stream<int>(4);
  sender.send(1);
  EXPECT_TRUE(sender.fail(std::make_exception_ptr(std::runtime_error("line cut"))));
  EXPECT_EQ(stream.next(), 1);
  EXPECT_EQ(thrown_by([&, &stream = stream] { stream.next(); }), "line cut");
  EXPECT_EQ(thrown_by([&, &stream = stream] { stream.next(); }), "line cut");
}

TEST(FutureStream, ASenderThatIsDroppedBreaksItsPromise) {
  contract("A stream whose sender is gone without a close() is not taken for a whole one.",
           "how-it-ends");
  FutureStream<int> stream;
  {
    auto [made, sender] = make_stream<int>(4);
    sender.send(1);
    stream = std::move(made);
  }
  EXPECT_EQ(stream.next(), 1);
  EXPECT_THROW(stream.next(), std::future_error);
}

TEST(FutureStream, TheSenderHearsThatNobodyReads) {
  contract("When the stream is dropped, send() says so, and the sender's token is stopped.",
           "nobody-reads-any-more");
  StreamSender<int> sender;
  {
    auto [stream, made] = make_stream<int>(1);
    sender = std::move(made);
    EXPECT_TRUE(sender.send(1));
    EXPECT_FALSE(sender.token().stop_requested());
  }
  EXPECT_FALSE(sender.send(2));
  EXPECT_FALSE(sender.send(3));
  EXPECT_TRUE(sender.token().stop_requested());
}

TEST(FutureStream, RangeReadsToTheEnd) {
  contract("range() calls its function with every value; collect() returns them.",
           "one-sends-one-reads");
  auto [stream, sender] = make_stream<int>(4);
  for (int i = 1; i <= 3; ++i) sender.send(i);
  sender.close();
  int sum = 0;
  EXPECT_EQ(words(stream.range([&](int n) { sum += n; })), "none");
  EXPECT_EQ(sum, 6);
  EXPECT_EQ(stream.collect().value(), std::vector<int>());
}

TEST(FutureStream, AThreadThatSends) {
  contract("go_stream() runs its function on a thread; its end is the end of the stream.",
           "a-thread-that-sends");
  auto good = go_stream<int>([](StreamSender<int>& sender) {
    for (int i = 1; i <= 50; ++i) sender.send(i);
  });
  const auto all = good.collect();
  ASSERT_TRUE(all.has_value());
  EXPECT_EQ(all->size(), 50U);
  auto bad = go_stream<int>([](StreamSender<int>& sender) {
    sender.send(1);
    throw std::runtime_error("no more");
  });
  EXPECT_EQ(words(bad.collect()), "no more");
}

TEST(FutureStream, MapFilterTake) {
  contract("Stages transform, leave out, and end early.", "stages-without-threads");
  auto numbers = go_stream<int>([](StreamSender<int>& sender) {
    for (int i = 1; sender.send(i); ++i) {
    }
  });
  auto odd = filter(std::move(numbers), [](int n) { return n % 2 == 1; });
  auto shouted = map(std::move(odd), [](int n) { return std::to_string(n) + "!"; });
  const auto three = take(std::move(shouted), 3).collect();
  ASSERT_TRUE(three.has_value());
  EXPECT_EQ(*three, (std::vector<std::string>{"1!", "3!", "5!"}));
}

TEST(FutureStream, AStopEndsTheRange) {
  contract("A stop ends range() before the next value, and what is left can still be read.",
           "a-stop-and-a-value");
  auto [stream, sender] = make_stream<int>(4);
  for (int i = 1; i <= 4; ++i) sender.send(i);
  sender.close();
  std::stop_source reader;
  std::vector<int> seen;
  const Result<Unit> all = stream.range(
      [&](int n) {
        seen.push_back(n);
        if (n == 2) reader.request_stop();
      },
      reader.get_token());
  EXPECT_EQ(words(all), "canceled");
  EXPECT_EQ(seen, (std::vector{1, 2}));
  EXPECT_EQ(stream.next(), 3);
}

}  // namespace
