#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>

#include "bug-hunt/08-replicas/replicas.hpp"
#include "support/contract.hpp"
#include "support/stack_report.hpp"

namespace {

using promissory::ReplicatedReader;
using promissory::support::contract;
using promissory::support::describe_this_thread;
using namespace std::chrono_literals;

TEST(Replicas, AQuickReadIsServedOnce) {
  contract("A read that the first replica answers in time is no work for the second.");
  std::atomic<int> calls{0};
  std::string second_call;
  {
    ReplicatedReader reader(
        [&](const std::string& key) {
          ++calls;
          return key + " of the first";
        },
        [&](const std::string& key) {
          ++calls;
          second_call = describe_this_thread();
          return key + " of the second";
        },
        2s);
    EXPECT_EQ(reader.read("name"), "name of the first");
  }
  EXPECT_EQ(calls, 1) << "calls for one read; the second replica was asked by:\n" << second_call;
}

}  // namespace
