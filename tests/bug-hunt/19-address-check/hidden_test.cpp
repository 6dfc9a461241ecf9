#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "bug-hunt/19-address-check/address_check.hpp"
#include "support/at_the_end.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"
#include "support/quiet.hpp"

namespace {

using promissory::AddressCheck;
using promissory::support::AtTheEnd;
using promissory::support::contract;
using promissory::support::Gate;
using promissory::support::wait_until_quiet;

std::string known(const std::string& address) {
  if (address.empty()) throw std::invalid_argument("no address at all");
  return address + ", checked";
}

void no_log(const std::string&) {}

TEST(AddressCheckHidden, EveryOrderHasItsAddress) {
  contract("Each order is told its own address, as often as one asks.");
  AddressCheck check(known, no_log);
  for (int order = 0; order < 20; ++order) check.begin(order, "house " + std::to_string(order));
  for (int order = 19; order >= 0; --order) {
    EXPECT_EQ(check.address(order), "house " + std::to_string(order) + ", checked");
    EXPECT_EQ(check.address(order), "house " + std::to_string(order) + ", checked");
  }
}

TEST(AddressCheckHidden, WhyItFailedIsToldToAllWhoAsk) {
  contract("Whoever asks for an address that is not known is told what the post has said.");
  AddressCheck check(known, no_log);
  check.begin(5, "");
  for (int i = 0; i < 3; ++i) {
    try {
      check.address(5);
      ADD_FAILURE() << "an address out of nothing";
    } catch (const std::invalid_argument& error) {
      EXPECT_STREQ(error.what(), "no address at all");
    }
  }
}

TEST(AddressCheckHidden, TheLogHasALineForEachOrder) {
  contract("Those who look after the shop read of every order, good or bad.");
  struct Lines {
    std::mutex mutex;
    std::vector<std::string> lines;
  };
  const auto written = std::make_shared<Lines>();
  AddressCheck check(known, [written](const std::string& line) {
    const std::lock_guard lock(written->mutex);
    written->lines.push_back(line);
  });
  check.begin(1, "");
  wait_until_quiet();
  check.begin(2, "here");
  wait_until_quiet();
  const std::lock_guard lock(written->mutex);
  EXPECT_EQ(written->lines, (std::vector<std::string>{
                                "order 1: address not checked: no address at all",
                                "order 2: address checked",
                            }));
}

TEST(AddressCheckHidden, TheStatusPageSeesAnEnd) {
  contract("A check is over when the post has answered, whatever the answer is.");
  const auto answers = std::make_shared<Gate>();
  const AtTheEnd answer([answers] { answers->open(); });
  AddressCheck check(
      [answers](const std::string& address) {
        answers->wait();
        return known(address);
      },
      no_log);
  check.begin(1, "");
  check.begin(2, "here");
  EXPECT_FALSE(check.is_checked(1));
  answers->open();
  EXPECT_THROW(check.address(1), std::invalid_argument);
  EXPECT_EQ(check.address(2), "here, checked");
  EXPECT_TRUE(check.is_checked(1));
  EXPECT_TRUE(check.is_checked(2));
}

TEST(AddressCheckHidden, AnOrderThatIsNotThereIsAnError) {
  contract("An order whose check was not begun is not waited for.");
  const AddressCheck check(known, no_log);
  EXPECT_THROW(check.address(7), std::out_of_range);
}

TEST(AddressCheckHidden, AFailureThatNobodyAsksAboutLeavesNothingBehind) {
  contract("A check that fails and that nobody asks about leaves nothing behind.");
  AddressCheck check(known, no_log);
  check.begin(1, "");
}

}  // namespace
