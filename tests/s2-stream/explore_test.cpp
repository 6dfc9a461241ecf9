#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "explorer/explorer.hpp"
#include "s2-stream/stages.hpp"
#include "s2-stream/stream.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/words.hpp"

namespace {

using promissory::filter;
using promissory::FutureStream;
using promissory::make_stream;
using promissory::map;
using promissory::StreamSender;
using promissory::take;
using promissory::support::contract;
using promissory::support::Gate;
using promissory::support::thrown_by;
using promissory::support::words;

TEST(FutureStreamExplored, EverythingArrives) {
  contract("Through room for one, all values arrive, and then the end.", "one-sends-one-reads");
  EXPLORE({}) {
    auto made = make_stream<int>(1);
    std::jthread sending([sender = std::move(made.second)]() mutable {
      for (int i = 1; i <= 3; ++i) sender.send(i);
      sender.close();
    });
    const auto all = made.first.collect();
    EXPECT_TRUE(all.has_value());
    EXPECT_EQ(*all, (std::vector{1, 2, 3}));
  };
}

TEST(FutureStreamExplored, TheEndIsHeard) {
  contract("A reader that waits hears the end, and a dropped sender, whenever it comes.",
           "how-it-ends");
  EXPLORE({}) {
    auto closed = make_stream<int>(1);
    auto dropped = make_stream<int>(1);
    std::jthread ending(
        [one = std::move(closed.second), other = std::move(dropped.second)]() mutable {
          one.close();
          { const StreamSender<int> gone = std::move(other); }
        });
    EXPECT_EQ(words(closed.first.collect()), "none");
    EXPECT_NE(words(dropped.first.collect()), "none");
  };
}

TEST(FutureStreamExplored, WhoeverSendsHearsThatNobodyReads) {
  contract("Two threads that send end when the reader leaves, at whatever moment.",
           "nobody-reads-any-more");
  EXPLORE({}) {
    auto made = make_stream<int>(1);
    StreamSender<int> sender = std::move(made.second);
    const auto send_all = [&] {
      while (sender.send(1)) {
      }
    };
    std::jthread one(send_all);
    std::jthread two(send_all);
    FutureStream<int> stream = std::move(made.first);
    stream.next();
    stream = FutureStream<int>();
    one.join();
    two.join();
  };
}

TEST(FutureStreamExplored, WorkHearsThatNobodyReads) {
  contract("Work that waits for its sender's token hears that the reader has left.",
           "nobody-reads-any-more");
  EXPLORE({}) {
    auto made = make_stream<int>(1);
    Gate never;
    std::jthread working([&never, sender = std::move(made.second)]() mutable {
      const bool opened = never.wait(sender.token());
      EXPECT_FALSE(opened);
      const bool read = sender.send(1);
      EXPECT_FALSE(read);
    });
    made.first = FutureStream<int>();
  };
}

TEST(FutureStreamExplored, AStopMeetsAValue) {
  contract("A reader that is stopped as a value comes gets it now or when he reads on.",
           "a-stop-and-a-value");
  EXPLORE({}) {
    auto made = make_stream<int>(2);
    std::stop_source reader;
    std::jthread stopping([&] { reader.request_stop(); });
    std::jthread sending([sender = std::move(made.second)]() mutable {
      sender.send(1);
      sender.send(2);
      sender.close();
    });
    std::vector<int> seen;
    const auto first = made.first.range([&](int n) { seen.push_back(n); }, reader.get_token());
    EXPECT_TRUE(first.has_value() || words(first) == "canceled");
    EXPECT_TRUE(!first.has_value() || seen.size() == 2U);
    const auto rest = made.first.collect();
    EXPECT_TRUE(rest.has_value());
    seen.insert(seen.end(), rest->begin(), rest->end());
    EXPECT_EQ(seen, (std::vector{1, 2}));
  };
}

TEST(FutureStreamExplored, FiveStagesAreLeftMidWay) {
  contract("Five stages whose reader is stopped at any moment leave no thread behind.",
           "left-mid-way");
  EXPLORE({.schedules = 400}) {
    auto made = make_stream<int>(1);
    std::jthread sending([sender = std::move(made.second)]() mutable {
      for (int i = 0; sender.send(i); ++i) {
      }
    });
    std::stop_source reader;
    std::jthread stopping([&] { reader.request_stop(); });
    auto one = map(std::move(made.first), [](int n) { return n + 1; });
    auto two = filter(std::move(one), [](int n) { return n % 2 == 0; });
    auto three = map(std::move(two), [](int n) { return n * 10; });
    auto four = filter(std::move(three), [](int n) { return n > 0; });
    auto five = take(std::move(four), 3);
    int sum = 0;
    const auto all = five.range([&](int n) { sum += n; }, reader.get_token());
    EXPECT_TRUE(all ? sum == 20 + 40 + 60 : words(all) == "canceled");
    five = FutureStream<int>();
  };
}

TEST(FutureStreamExplored, TakeLeavesWithTheLastValue) {
  contract("A sender hears of it when take() has its last value, though nobody asks for more.",
           "take-leaves-early");
  EXPLORE({}) {
    auto made = make_stream<int>(1);
    std::jthread sending([sender = std::move(made.second)]() mutable {
      while (sender.send(1)) {
      }
    });
    auto two = take(std::move(made.first), 2);
    two.next();
    two.next();
    sending.join();
  };
}

}  // namespace
