#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "bug-hunt/02b-translation/translation.hpp"
#include "support/contract.hpp"
#include "support/stack_report.hpp"

namespace {

using promissory::Translation;
using promissory::support::contract;
using promissory::support::describe_this_thread;

// A sheet that remembers where its words were last moved to another one.
struct Sheet {
  explicit Sheet(std::string words = "") : words(std::move(words)) {}
  Sheet(const Sheet&) = default;
  Sheet& operator=(const Sheet&) = default;
  Sheet(Sheet&& from) noexcept : words(from.give()) {}
  Sheet& operator=(Sheet&& from) noexcept {
    words = from.give();
    return *this;
  }
  ~Sheet() = default;

  std::string give() {
    if (!words.empty()) last_moved = describe_this_thread();
    return std::exchange(words, "");
  }

  std::string words;
  inline static std::string last_moved;
};

TEST(Translation, TheSecondReaderReadsTheSame) {
  contract("A translation reads the same for everybody, however many have read it before.");
  Translation<Sheet> translation([] { return Sheet("Dear Sir"); });
  const auto first = translation.text();
  const auto second = translation.text();
  EXPECT_EQ(first.words, "Dear Sir");
  EXPECT_EQ(second.words, "Dear Sir") << "its words were last moved away here:\n"
                                      << Sheet::last_moved;
}

}  // namespace
