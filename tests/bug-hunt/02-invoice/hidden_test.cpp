#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>

#include "bug-hunt/02-invoice/invoice.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"

namespace {

using promissory::Invoice;
using promissory::support::contract;
using promissory::support::Gate;

TEST(InvoiceHidden, OneItemIsConverted) {
  contract("An invoice for one thing has its line and the total.");
  Invoice invoice([](const std::string&) { return 0.5; }, "pounds");
  invoice.add({"a book", 1999});
  EXPECT_EQ(invoice.text(), "a book: 1000 pounds\ntotal: 1000 pounds\n");
}

TEST(InvoiceHidden, NothingCostsNothing) {
  contract("An invoice without items is a total of nothing.");
  Invoice invoice([](const std::string&) { return 2.0; }, "francs");
  EXPECT_EQ(invoice.text(), "total: 0 francs\n");
}

TEST(InvoiceHidden, ACopyIsTheSame) {
  contract("An invoice that is printed a second time is the same, and holds what came since.");
  Invoice invoice([](const std::string&) { return 3.0; }, "crowns");
  invoice.add({"a lamp", 100});
  const auto first = invoice.text();
  EXPECT_EQ(invoice.text(), first);
  invoice.add({"a bulb", 10});
  EXPECT_EQ(invoice.text(), "a lamp: 300 crowns\na bulb: 30 crowns\ntotal: 330 crowns\n");
}

TEST(InvoiceHidden, TheBankIsAskedOnce) {
  contract("However long an invoice is, the bank is asked once, for the currency of the customer.");
  const auto asked = std::make_shared<std::atomic<int>>(0);
  Invoice invoice(
      [asked](const std::string& currency) {
        ++*asked;
        if (currency != "yen") throw std::invalid_argument(currency);
        return 1.0;
      },
      "yen");
  for (int i = 0; i < 20; ++i) invoice.add({"a stamp", 5});
  const auto text = invoice.text();
  EXPECT_NE(text.find("total: 100 yen\n"), std::string::npos) << text;
  EXPECT_EQ(*asked, 1);
}

TEST(InvoiceHidden, ASlowBankKeepsOnlyTheTextWaiting) {
  contract("An invoice can be begun and added to while the bank still thinks.");
  const auto answers = std::make_shared<Gate>();
  Invoice invoice(
      [answers](const std::string&) {
        answers->wait();
        return 4.0;
      },
      "dinars");
  invoice.add({"a rug", 100});
  invoice.add({"a pot", 1});
  answers->open();
  EXPECT_EQ(invoice.text(), "a rug: 400 dinars\na pot: 4 dinars\ntotal: 404 dinars\n");
}

TEST(InvoiceHidden, ARefusalIsToldEachTime) {
  contract("Without a rate there is no invoice, however often one asks for it.");
  Invoice invoice(
      [](const std::string&) -> double { throw std::runtime_error("no rate on Sundays"); },
      "shells");
  invoice.add({"a net", 1});
  for (int i = 0; i < 2; ++i) EXPECT_THROW(invoice.text(), std::runtime_error);
}

}  // namespace
