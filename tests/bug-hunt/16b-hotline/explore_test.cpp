#include <gtest/gtest.h>

#include <stop_token>
#include <string>
#include <system_error>
#include <thread>

#include "bug-hunt/16b-hotline/hotline.hpp"
#include "explorer/explorer.hpp"
#include "support/contract.hpp"

namespace {

using promissory::Hotline;
using promissory::support::contract;

TEST(HotlineExplored, NoOrderLeavesAnExpertBehind) {
  contract("Whether the advice or the end of the call comes first, nothing stays behind.");
  EXPLORE({}) {
    Hotline hotline([](const std::string&) { return "off and on again"; });
    std::stop_source caller;
    std::jthread finger([&] { caller.request_stop(); });
    try {
      EXPECT_EQ(hotline.ask("it hums", caller.get_token()), "off and on again");
    } catch (const std::system_error& error) {
      EXPECT_EQ(error.code(), std::errc::operation_canceled);
    }
  };
}

}  // namespace
