#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "bug-hunt/19-address-check/address_check.hpp"
#include "support/contract.hpp"

namespace {

using promissory::AddressCheck;
using promissory::support::contract;

TEST(AddressCheck, AnUnknownAddressIsToldOf) {
  contract("An address that the post does not know is an error of its order, and is told as one.");
  AddressCheck check(
      [](const std::string& address) {
        if (address == "the moon") throw std::invalid_argument("no such place");
        return address + ", 10115 Berlin";
      },
      [](const std::string&) {});
  check.begin(1, "Invalidenstr. 43");
  check.begin(2, "the moon");
  EXPECT_EQ(check.address(1), "Invalidenstr. 43, 10115 Berlin");
  EXPECT_THROW(check.address(2), std::invalid_argument);
}

}  // namespace
