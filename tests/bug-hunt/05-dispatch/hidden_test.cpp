#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "bug-hunt/05-dispatch/dispatch.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Dispatcher;
using promissory::NobodyAccepts;
using promissory::Reply;
using promissory::house::Outcome;
using promissory::support::contract;

const Reply never = Outcome<std::string>::make("the reply of a courier out of reach");

Reply accepts(const std::string& name) {
  auto reply = Outcome<std::string>::make("a reply");
  reply->put(name);
  return reply;
}

Reply declines() {
  auto reply = Outcome<std::string>::make("a reply");
  reply->fail(std::make_exception_ptr(std::runtime_error("flat tyre")));
  return reply;
}

TEST(DispatchHidden, WhoDeclinesIsPassedOver) {
  contract("A courier who declines is passed over for one who accepts.");
  EXPECT_EQ(Dispatcher().first_to_accept({declines(), accepts("Grace"), declines()}), "Grace");
}

TEST(DispatchHidden, WhenAllDeclineItIsTold) {
  contract("When everybody has declined, nobody accepts, and one is told so.");
  EXPECT_THROW(Dispatcher().first_to_accept({declines(), declines()}), NobodyAccepts);
}

TEST(DispatchHidden, WithoutCouriersThereIsNobody) {
  contract("Without couriers nobody accepts.");
  EXPECT_THROW(Dispatcher().first_to_accept({}), NobodyAccepts);
}

TEST(DispatchHidden, ALaterAcceptanceIsWaitedFor) {
  contract("One who accepts later is waited for when the others decline.");
  const auto reply = Outcome<std::string>::make("a late reply");
  std::jthread courier([reply] { reply->put("Linus"); });
  EXPECT_EQ(Dispatcher().first_to_accept({declines(), reply}), "Linus");
}

TEST(DispatchHidden, ManyParcelsLeaveNothingBehind) {
  contract("However many parcels are sent, nothing stays behind for those who never reply.");
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(Dispatcher().first_to_accept({never, accepts("Ada"), never, never}), "Ada");
  }
}

TEST(DispatchHidden, WhoGivesUpLeavesNothingBehind) {
  contract("A dispatcher who is told to stop does so, and nothing stays behind.");
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(Dispatcher().first_to_accept({never, never}, stop.get_token()), std::system_error);
}

TEST(DispatchHidden, AStopWhileWaitingIsHeard) {
  contract("A stop that comes while everybody thinks ends the wait.");
  std::stop_source stop;
  std::jthread boss([&] { stop.request_stop(); });
  EXPECT_THROW(Dispatcher().first_to_accept({never}, stop.get_token()), std::system_error);
}

TEST(DispatchHidden, AReplyBelongsToItsCourier) {
  contract("The reply of one who was too slow is left to him: others may wait for it, too.");
  const auto slow = Outcome<std::string>::make("a slow reply");
  EXPECT_EQ(Dispatcher().first_to_accept({slow, accepts("Ada")}), "Ada");
  EXPECT_TRUE(slow->put("Grace"));
  EXPECT_EQ(Dispatcher().first_to_accept({slow}), "Grace");
}

}  // namespace
