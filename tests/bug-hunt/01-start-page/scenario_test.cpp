#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include "bug-hunt/01-start-page/start_page.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"

namespace {

using promissory::StartPage;
using promissory::User;
using promissory::support::contract;
using promissory::support::Gate;
using namespace std::chrono_literals;

struct LateDirectory : promissory::Directory {
  User find(int id) override {
    late.wait();
    return {id, "Ada"};
  }
  Gate late;
};

TEST(StartPage, ASlowDayOfTheDirectoryCostsTheNameAndNothingElse) {
  contract("A directory that answers too late costs the page its name, and nothing stays behind.");
  const auto directory = std::make_shared<LateDirectory>();
  StartPage page(directory);
  const auto lookup = page.look_up(42);
  EXPECT_EQ(page.greeting(lookup, 0ms), "Good to see you");
  directory->late.open();
}

}  // namespace
