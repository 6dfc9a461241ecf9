#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "bug-hunt/05-dispatch/dispatch.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Dispatcher;
using promissory::Reply;
using promissory::house::Outcome;
using promissory::support::contract;

// Older than any test, and never given: no test is to blame for it.
const Reply out_of_reach = Outcome<std::string>::make("the reply of a courier out of reach");

TEST(Dispatch, OneWhoNeverRepliesCostsNothing) {
  contract("A parcel goes to the first who accepts, and nothing waits for the others.");
  const auto reply = Outcome<std::string>::make("Ada's reply");
  reply->put("Ada");
  EXPECT_EQ(Dispatcher().first_to_accept({out_of_reach, reply}), "Ada");
}

}  // namespace
