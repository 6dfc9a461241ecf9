#include <gtest/gtest.h>

#include <stop_token>
#include <string>
#include <system_error>
#include <thread>

#include "bug-hunt/05-dispatch/dispatch.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Dispatcher;
using promissory::Reply;
using promissory::house::Outcome;
using promissory::support::contract;

const Reply never = Outcome<std::string>::make("the reply of a courier out of reach");

TEST(DispatchExplored, NoOrderLeavesAThreadBehind) {
  contract("Whoever accepts, and whenever, nothing waits for the others.");
  EXPLORE({}) {
    const auto one = Outcome<std::string>::make("a reply");
    const auto other = Outcome<std::string>::make("another reply");
    std::jthread courier([&] { one->put("Ada"); });
    std::jthread rival([&] { other->put("Grace"); });
    const auto name = Dispatcher().first_to_accept({never, one, other});
    EXPECT_TRUE(name == "Ada" || name == "Grace") << name;
  };
}

TEST(DispatchExplored, AStopMeetsAnAcceptance) {
  contract("A stop and an acceptance may come at once: one of them is told, and nothing stays.");
  EXPLORE({}) {
    const auto reply = Outcome<std::string>::make("a reply");
    std::stop_source stop;
    std::jthread courier([&] { reply->put("Ada"); });
    std::jthread boss([&] { stop.request_stop(); });
    try {
      EXPECT_EQ(Dispatcher().first_to_accept({never, reply}, stop.get_token()), "Ada");
    } catch (const std::system_error& error) {
      EXPECT_EQ(error.code(), std::errc::operation_canceled);
    }
  };
}

}  // namespace
