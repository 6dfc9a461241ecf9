#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "bug-hunt/11-account-import/account_import.hpp"
#include "support/contract.hpp"

namespace {

using promissory::AccountImport;
using promissory::support::contract;

TEST(AccountImportHidden, AGoodFileIsRead) {
  contract("Every line of a good file is an account; blank lines are none.");
  const AccountImport import;
  const auto accounts = import.begin({"Ada;1200", "", "Grace;-30"})->take();
  ASSERT_EQ(accounts.size(), 2U);
  EXPECT_EQ(accounts[0].owner, "Ada");
  EXPECT_EQ(accounts[0].cents, 1200);
  EXPECT_EQ(accounts[1].owner, "Grace");
  EXPECT_EQ(accounts[1].cents, -30);
}

TEST(AccountImportHidden, AnEmptyFileHasNoAccounts) {
  contract("A file without lines is read, and empty.");
  const AccountImport import;
  EXPECT_TRUE(import.begin({})->take().empty());
}

TEST(AccountImportHidden, TheErrorSaysWhichLine) {
  contract("Whoever takes the accounts of a bad file is told which line is bad.");
  const AccountImport import;
  for (const std::string line : {"Grace;a lot", "no separator", ";5", "Ada;", "Ada;12 cents"}) {
    const auto pending = import.begin({"Ada;1", line, "Grace;2"});
    try {
      pending->take();
      ADD_FAILURE() << "read: " << line;
    } catch (const std::invalid_argument& error) {
      EXPECT_NE(std::string(error.what()).find(line), std::string::npos) << error.what();
    }
  }
}

TEST(AccountImportHidden, ABadFileHarmsNoOther) {
  contract("Files that are read at the same time do not suffer from a bad one.");
  const AccountImport import;
  std::vector<AccountImport::Pending> good;
  std::vector<AccountImport::Pending> bad;
  for (int i = 0; i < 10; ++i) {
    bad.push_back(import.begin({"?"}));
    good.push_back(import.begin({"Ada;" + std::to_string(i)}));
  }
  for (int i = 0; i < 10; ++i) {
    EXPECT_THROW(bad[static_cast<std::size_t>(i)]->take(), std::invalid_argument);
    const auto accounts = good[static_cast<std::size_t>(i)]->take();
    ASSERT_EQ(accounts.size(), 1U);
    EXPECT_EQ(accounts[0].cents, i);
  }
}

TEST(AccountImportHidden, ABadFileThatNobodyAsksAboutHarmsNobody) {
  contract("An error that nobody fetches ends nothing but its own reading.");
  const AccountImport import;
  import.begin({"?"});
  EXPECT_EQ(import.begin({"Ada;1"})->take().size(), 1U);
}

}  // namespace
