// Property: whatever the rooms, the producers and what fails or is stopped, never more is alive
// than the rooms, the stages and the producers hold; every item that was taken has an outcome, and
// comes out at most once.
#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <thread>
#include <vector>

#include "s1-back-pressure/bounded_queue.hpp"
#include "s1-back-pressure/chain.hpp"
#include "support/contract.hpp"
#include "support/parcel.hpp"

namespace {

using promissory::chain_of;
using promissory::Future;
using promissory::stage;
using promissory::support::contract;
using promissory::support::Parcel;
using promissory::support::Scale;

constexpr int producers = 3;
constexpr int each = 30;

TEST(MyBackPressure, TheBoundHoldsAndNothingIsLost) {
  contract("Never more is alive than there is room for, and what is taken comes out once.",
           "the-two-curves");
  for (int round = 0; round < 12; ++round) {
    const auto first_room = static_cast<std::size_t>(1 + round % 2);
    const auto second_room = static_cast<std::size_t>(1 + round % 3);
    const auto third_room = static_cast<std::size_t>(1 + round % 4);
    Scale scale;
    std::vector<std::atomic<int>> out(std::size_t{producers} * each);
    std::vector<std::vector<Future<int>>> futures(producers);
    std::stop_source some;
    {
      auto chain = chain_of<Parcel>(stage(first_room, [](Parcel parcel) { return parcel; }),
                                    stage(second_room,
                                          [](Parcel parcel) {
                                            if (parcel.number % 7 == 3) throw std::range_error("7");
                                            return parcel;
                                          }),
                                    stage(third_room, [&](const Parcel& parcel) {
                                      std::this_thread::yield();
                                      return ++out[static_cast<std::size_t>(parcel.number)];
                                    }));
      std::vector<std::jthread> threads;
      threads.reserve(producers);
      for (int producer = 0; producer < producers; ++producer) {
        threads.emplace_back([&, producer] {
          for (int i = 0; i < each; ++i) {
            const auto token = i % 5 == 4 ? some.get_token() : std::stop_token();
            try {
              futures[static_cast<std::size_t>(producer)].push_back(
                  chain.submit(Parcel(scale, producer * each + i), token));
            } catch (const std::system_error&) {
            }
            if (i == each / 2) some.request_stop();
          }
        });
      }
    }
    const std::size_t inside = first_room + second_room + third_room + 3;
    ASSERT_LE(scale.highest(), static_cast<int>(inside) + producers);
    ASSERT_EQ(scale.alive(), 0);
    int settled = 0;
    for (const auto& taken : futures) {
      for (const auto& future : taken) {
        ASSERT_TRUE(future.ready());
        settled += future.result().has_value() ? 1 : 0;
      }
    }
    int came_out = 0;
    for (const auto& times : out) {
      ASSERT_LE(times, 1);
      came_out += times;
    }
    ASSERT_EQ(settled, came_out);
  }
}

}  // namespace
