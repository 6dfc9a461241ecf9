// Property: wherever the reader stops, leaves, or finds an error, what he has read is the beginning
// of what was sent, all of it and in order, and whoever sends comes to an end.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <latch>
#include <stdexcept>
#include <stop_token>
#include <utility>
#include <vector>

#include "s2-stream/stages.hpp"
#include "s2-stream/stream.hpp"
#include "support/contract.hpp"

namespace {

using promissory::filter;
using promissory::FutureStream;
using promissory::go_stream;
using promissory::map;
using promissory::StreamSender;
using promissory::take;
using promissory::support::contract;

constexpr std::size_t most = 12;

/// Reads through three stages until `stop_after` values were seen, or a stage throws at its
/// `throw_at`th call, or `most` have been taken.
std::vector<int> read(FutureStream<int> numbers, std::size_t stop_after, std::size_t throw_at) {
  auto even = filter(std::move(numbers), [](int n) { return n % 2 == 0; });
  auto halves = map(std::move(even), [throw_at, calls = std::size_t{0}](int n) mutable {
    if (++calls == throw_at) throw std::out_of_range("mine");
    return n / 2;
  });
  auto some = take(std::move(halves), most);
  std::stop_source reader;
  std::vector<int> seen;
  const auto all = some.range(
      [&](int n) {
        seen.push_back(n);
        if (seen.size() == stop_after) reader.request_stop();
      },
      reader.get_token());
  EXPECT_EQ(all.has_value(), seen.size() == most);
  return seen;
}

TEST(MyStream, WhereverOneLeavesNothingIsLostAndNobodyIsLeft) {
  contract("What was read is the beginning of what was sent, and the sender ends.", "left-mid-way");
  for (std::size_t stop_after = 1; stop_after <= most + 1; ++stop_after) {
    for (std::size_t throw_at = 1; throw_at <= most + 1; throw_at += 3) {
      std::latch ended(1);
      auto numbers = go_stream<int>(
          [&](StreamSender<int>& sender) {
            for (int i = 1; sender.send(i); ++i) {
            }
            ended.count_down();
          },
          1 + stop_after % 4);
      const auto seen = read(std::move(numbers), stop_after, throw_at);
      ended.wait();
      ASSERT_EQ(seen.size(), std::min({stop_after, throw_at - 1, most}));
      for (std::size_t i = 0; i < seen.size(); ++i) ASSERT_EQ(seen[i], static_cast<int>(i) + 1);
    }
  }
}

TEST(MyStream, AnEndIsToldFromABreak) {
  contract("A stream that was cut short is never taken for a whole one.", "how-it-ends");
  for (int values = 0; values < 5; ++values) {
    for (const bool cut : {false, true}) {
      auto stream = go_stream<int>(
          [&](StreamSender<int>& sender) {
            for (int i = 0; i < values; ++i) sender.send(i);
            if (cut) throw std::out_of_range("cut");
          },
          2);
      int seen = 0;
      const auto all = stream.range([&](int) { ++seen; });
      ASSERT_EQ(seen, values);
      ASSERT_EQ(all.has_value(), !cut);
    }
  }
}

}  // namespace
