// Methods of one object that call each other, each with the lock.
#include <gtest/gtest.h>

#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

class Account {
 public:
  void pay_in(int amount) {
    const std::lock_guard lock(mutex_);
    balance_ += amount;
  }
  void pay_in_twice(int amount) {
    const std::lock_guard lock(mutex_);
    pay_in(amount);
    pay_in(amount);
  }
  bool try_to_empty() {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock) return false;
    pay_in(-balance());
    return true;
  }
  int balance() {
    const std::lock_guard lock(mutex_);
    return balance_;
  }

 private:
  std::recursive_mutex mutex_;
  int balance_ = 0;
};

void body() {
  Account account;
  std::thread first([&] { account.pay_in_twice(1); });
  std::thread second([&] { account.pay_in_twice(10); });
  first.join();
  second.join();
  EXPECT_EQ(account.balance(), 22);
  EXPECT_TRUE(account.try_to_empty());
  EXPECT_EQ(account.balance(), 0);
}

const promissory::explorer::corpus::Register it{{"recursive_mutex", body}};

}  // namespace
