#include <gtest/gtest.h>

#include <memory>
#include <stop_token>
#include <string>
#include <system_error>

#include "bug-hunt/16b-hotline/hotline.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"

namespace {

using promissory::Hotline;
using promissory::support::contract;
using promissory::support::Gate;

TEST(Hotline, WhoHangsUpLeavesNobodyBehind) {
  contract("A caller who hangs up keeps no expert from going home.");
  const auto found_out = std::make_shared<Gate>();
  Hotline hotline([found_out](const std::string&) {
    found_out->wait();
    return "switch it off and on again";
  });
  std::stop_source caller;
  caller.request_stop();
  EXPECT_THROW(hotline.ask("it hums", caller.get_token()), std::system_error);
  found_out->open();
}

}  // namespace
