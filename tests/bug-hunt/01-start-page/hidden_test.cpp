#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bug-hunt/01-start-page/start_page.hpp"
#include "support/at_the_end.hpp"
#include "support/contract.hpp"
#include "support/gate.hpp"

namespace {

using promissory::StartPage;
using promissory::User;
using promissory::support::AtTheEnd;
using promissory::support::contract;
using promissory::support::Gate;
using namespace std::chrono_literals;

struct GatedDirectory : promissory::Directory {
  User find(int id) override {
    answers.wait();
    ++found;
    return {id, "user " + std::to_string(id)};
  }
  Gate answers;
  std::atomic<int> found{0};
};

struct StartPageHidden : testing::Test {
  std::shared_ptr<GatedDirectory> directory = std::make_shared<GatedDirectory>();
  AtTheEnd let_go{[directory = directory] { directory->answers.open(); }};
  StartPage page{directory};
};

TEST_F(StartPageHidden, ANameInTimeIsInTheGreeting) {
  contract("A directory that answers in time gives the page its name.");
  directory->answers.open();
  const auto lookup = page.look_up(7);
  EXPECT_EQ(page.greeting(lookup, 1h), "Good to see you, user 7");
  EXPECT_EQ(page.named_and_nameless(), std::pair(1, 0));
}

TEST_F(StartPageHidden, LookingUpWaitsForNobody) {
  contract("look_up() returns while the directory still searches.");
  const auto first = page.look_up(1);
  const auto second = page.look_up(2);
  directory->answers.open();
  EXPECT_EQ(page.greeting(second, 1h), "Good to see you, user 2");
  EXPECT_EQ(page.greeting(first, 1h), "Good to see you, user 1");
}

TEST_F(StartPageHidden, ManyLateAnswersLeaveNothingBehind) {
  contract("However many answers come too late, no thread stays behind.");
  for (int id = 0; id < 20; ++id) {
    const auto lookup = page.look_up(id);
    EXPECT_EQ(page.greeting(lookup, 0ms), "Good to see you");
  }
  EXPECT_EQ(page.named_and_nameless(), std::pair(0, 20));
}

TEST_F(StartPageHidden, AnAnswerThatNobodyFetchesLeavesNothingBehind) {
  contract("A visitor who leaves before the greeting leaves no thread behind.");
  page.look_up(1);
  const auto kept = page.look_up(2);
}

TEST_F(StartPageHidden, WhoTriesAgainGetsTheNameThatCameLate) {
  contract("An answer that came too late for one greeting is there for the next.");
  const auto lookup = page.look_up(3);
  EXPECT_EQ(page.greeting(lookup, 0ms), "Good to see you");
  directory->answers.open();
  EXPECT_EQ(page.greeting(lookup, 1h), "Good to see you, user 3");
  EXPECT_EQ(page.named_and_nameless(), std::pair(1, 1));
}

TEST_F(StartPageHidden, TheDirectoryIsAskedOnceForEachLookup) {
  contract("Each lookup asks the directory once.");
  directory->answers.open();
  for (int id = 0; id < 5; ++id) {
    EXPECT_EQ(page.greeting(page.look_up(id), 1h), "Good to see you, user " + std::to_string(id));
  }
  EXPECT_EQ(directory->found, 5);
}

}  // namespace
