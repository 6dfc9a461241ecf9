// Transfers in both directions, each with both locks at once.
#include <gtest/gtest.h>

#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

struct Account {
  std::mutex mutex;
  int balance = 10;
};

void transfer(Account& from, Account& to) {
  const std::scoped_lock lock(from.mutex, to.mutex);
  --from.balance;
  ++to.balance;
}

void body() {
  Account here;
  Account there;
  {
    std::jthread first([&] { transfer(here, there); });
    std::jthread second([&] { transfer(there, here); });
    transfer(here, there);
  }
  EXPECT_EQ(here.balance, 9);
  EXPECT_EQ(there.balance, 11);
}

const promissory::explorer::corpus::Register it{{"scoped_lock_of_two", body}};

}  // namespace
