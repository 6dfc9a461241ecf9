#include <gtest/gtest.h>

#include <string>

#include "bug-hunt/02-invoice/invoice.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Invoice;
using promissory::support::contract;

TEST(Invoice, EveryItemIsConverted) {
  contract("An invoice has a line for each item, in the customer's currency, and the total.");
  Invoice invoice([](const std::string&) { return 2.0; }, "francs");
  invoice.add({"a kettle", 1500});
  invoice.add({"a cup", 250});
  EXPECT_EQ(invoice.text(), "a kettle: 3000 francs\na cup: 500 francs\ntotal: 3500 francs\n");
}

}  // namespace
