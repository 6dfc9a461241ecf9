#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "bug-hunt/19-address-check/address_check.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

using promissory::AddressCheck;
using promissory::support::contract;

TEST(AddressCheckExplored, NoOrderHangs) {
  contract("In whatever order the answers come, each is told to whoever asks for it.");
  EXPLORE({.schedules = 500}) {
    AddressCheck check(
        [](const std::string& address) -> std::string {
          if (address.empty()) throw std::invalid_argument("no address");
          return address;
        },
        [](const std::string&) {});
    check.begin(1, "here");
    check.begin(2, "");
    EXPECT_THROW(check.address(2), std::invalid_argument);
    EXPECT_EQ(check.address(1), "here");
  };
}

}  // namespace
