// What the explorer says about the programs of the corpus.
#include "corpus.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace promissory::explorer {
namespace {

bool is_one_of(const std::string& kind, const std::string& expected) {
  return (" or " + expected + " or ").find(" or " + kind + " or ") != std::string::npos;
}

/// `make test-full` asks for more.
int asked_or(const char* name, int usual) {
  const char* const text = std::getenv(name);
  return text == nullptr ? usual : std::atoi(text);
}

TEST(Corpus, RightProgramsAreNeverBlamed) {
  const int schedules = asked_or("PROMISSORY_CORPUS_SCHEDULES", 300);
  for (const corpus::Program& program : corpus::right_programs()) {
    Options options = program.options;
    options.schedules = schedules;
    const Result result = explore(options, program.body);
    EXPECT_EQ(result.schedules, schedules) << program.name;
    EXPECT_FALSE(result.failure) << program.name << "\n" << result.failure->text;
  }
}

TEST(Corpus, WrongProgramsAreAlwaysFoundOut) {
  const int seeds = asked_or("PROMISSORY_CORPUS_SEEDS", 10);
  for (const corpus::Program& program : corpus::wrong_programs()) {
    if (program.hard_because != nullptr) continue;
    Options options = program.options;
    options.simplify = false;
    int found = 0;
    for (int seed = 1; seed <= seeds; ++seed) {
      options.seed = static_cast<std::uint64_t>(seed);
      const Result result = explore(options, program.body);
      if (!result.failure) continue;
      const bool is_right = is_one_of(result.failure->kind, program.kind);
      EXPECT_TRUE(is_right) << program.name << " is a " << program.kind << "\n"
                            << result.failure->text;
      found += is_right ? 1 : 0;
    }
    EXPECT_EQ(found, seeds) << program.name << " was not found for every seed";
  }
}

}  // namespace
}  // namespace promissory::explorer
