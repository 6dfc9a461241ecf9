#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "bug-hunt/11-account-import/account_import.hpp"
#include "support/contract.hpp"

namespace {

using promissory::AccountImport;
using promissory::support::contract;

TEST(AccountImport, ABadFileIsToldToWhoeverSentIt) {
  contract("A file that cannot be read is an error of its sender, and of nobody else.");
  const AccountImport import;
  const auto good = import.begin({"Ada;1200", "Grace;-30"});
  const auto bad = import.begin({"Ada;1200", "Grace;a lot"});
  EXPECT_THROW(bad->take(), std::invalid_argument);
  EXPECT_EQ(good->take().size(), 2U);
}

}  // namespace
