#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "bug-hunt/02b-translation/translation.hpp"
#include "support/contract.hpp"
#include "support/crowd.hpp"
#include "support/gate.hpp"

namespace {

using promissory::Translation;
using promissory::support::contract;
using promissory::support::Crowd;
using promissory::support::HeldGate;

using Letter = std::vector<std::string>;

const Letter dear_sir{"Dear Sir,", "no.", "Yours sincerely"};

TEST(TranslationHidden, ManyReadOneAfterTheOther) {
  contract("A translation can be read again and again.");
  Translation<Letter> translation([] { return dear_sir; });
  for (int i = 0; i < 5; ++i) EXPECT_EQ(translation.text(), dear_sir);
  EXPECT_TRUE(translation.is_ready());
}

TEST(TranslationHidden, ManyReadAtOnce) {
  contract("All who wait for a translation are given the whole of it.");
  constexpr int readers = 5;
  HeldGate translated;
  Crowd waiting;
  std::atomic<int> content{0};
  Translation<Letter> translation([&] {
    translated.wait();
    return dear_sir;
  });
  std::vector<std::jthread> threads;
  for (int i = 0; i < readers; ++i) {
    threads.emplace_back([&] {
      waiting.arriving();
      if (translation.text() == dear_sir) ++content;
    });
  }
  waiting.wait_until_parked(readers);
  EXPECT_FALSE(translation.is_ready());
  translated.open();
  threads.clear();
  EXPECT_EQ(content, readers);
}

TEST(TranslationHidden, ItIsTranslatedOnce) {
  contract("However many read it, a letter is translated once.");
  std::atomic<int> translated{0};
  Translation<Letter> translation([&] { return ++translated, dear_sir; });
  for (int i = 0; i < 5; ++i) EXPECT_EQ(translation.text(), dear_sir);
  EXPECT_EQ(translated, 1);
}

TEST(TranslationHidden, WhatAReaderDoesToHisCopyIsHisOwn) {
  contract("A reader who scribbles on his copy spoils no other.");
  Translation<Letter> translation([] { return dear_sir; });
  auto mine = translation.text();
  mine.front() = "Dear Madam,";
  EXPECT_EQ(translation.text(), dear_sir);
}

TEST(TranslationHidden, AnErrorIsToldToEverybody) {
  contract("A letter that cannot be translated is an error for each who asks.");
  Translation<Letter> translation(
      []() -> Letter { throw std::runtime_error("nobody can read this"); });
  for (int i = 0; i < 3; ++i) EXPECT_THROW(translation.text(), std::runtime_error);
}

}  // namespace
