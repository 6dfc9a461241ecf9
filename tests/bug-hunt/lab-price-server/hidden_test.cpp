#include <gtest/gtest.h>

#include "bug-hunt/lab-price-server/rush.hpp"
#include "support/contract.hpp"

namespace {

using promissory::support::contract;
namespace lab = promissory::lab;

TEST(PriceServerHidden, EveryRequestIsAnswered) {
  contract("Of a rush, those for whom there is room have their price; the others are told no.");
  lab::Shop shop(lab::room);
  lab::rush_hour(shop);
  shop.open_catalogue();
  shop.await_answers("", 1 + lab::rush);
  EXPECT_EQ(shop.answers("200"), 1 + lab::room);
  EXPECT_EQ(shop.answers("503"), lab::rush - lab::room);
  EXPECT_EQ(shop.gauges().in_flight, 0);
}

TEST(PriceServerHidden, WhoMakesRoomIsToldAtOnce) {
  contract("A request that makes room is answered while the catalogue is still slow.");
  lab::Shop shop(lab::room);
  lab::rush_hour(shop);
  shop.await_answers("503", lab::rush - lab::room);
  EXPECT_EQ(shop.gauges().in_flight, 1 + lab::room);
  shop.open_catalogue();
  shop.await_answers("", 1 + lab::rush);
  EXPECT_EQ(shop.answers("200"), 1 + lab::room);
}

TEST(PriceServerHidden, NoMoreWaitThanMay) {
  contract("However many come, no more wait for the catalogue than there is room for.");
  lab::Shop shop(lab::room);
  lab::rush_hour(shop);
  EXPECT_EQ(shop.gauges().waiting, lab::room);
  EXPECT_EQ(shop.gauges().shed, lab::rush - lab::room);
  shop.open_catalogue();
  shop.await_answers("", 1 + lab::rush);
}

TEST(PriceServerHidden, AfterARushAllIsWellAgain) {
  contract("What comes after a rush is answered as if there had been none.");
  lab::Shop shop(lab::room);
  lab::rush_hour(shop);
  shop.open_catalogue();
  shop.await_answers("", 1 + lab::rush);
  for (int article = 0; article < lab::rush; ++article) {
    shop.connect(article);
    shop.await_answers("", 2 + lab::rush + article);
  }
  EXPECT_EQ(shop.answers("200"), 1 + lab::room + lab::rush);
  EXPECT_EQ(shop.gauges().in_flight, 0);
}

TEST(PriceServerHidden, AnUnknownArticleIsSaidToBeUnknown) {
  contract("Whoever asks for an article that nobody knows is told so.");
  lab::Shop shop(lab::room);
  shop.open_catalogue();
  shop.connect(-1);
  shop.await_answers("", 1);
  EXPECT_EQ(shop.answers("404"), 1);
}

}  // namespace
