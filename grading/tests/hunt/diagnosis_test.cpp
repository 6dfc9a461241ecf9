#include "hunt/diagnosis.hpp"

#include <gtest/gtest.h>

#include "complaint.hpp"
#include "scratch_folder.hpp"
#include "toy_files.hpp"

namespace promissory::grading {
namespace {
namespace fs = std::filesystem;

const Choices choices{.causes = {{"no-room", "There is no room."}, {"uncaught", "It escapes."}},
                      .instruments = {{"tsan", "A race."}, {"threads", "A thread is left."}},
                      .failures = {{"hang", "Somebody waits."}},
                      .themes = {{"room", "Room."}, {"end", "An end."}}};

const Accepted accepted{.lines = {"out->put(value);", "auto out = make();"},
                        .causes = {"no-room"},
                        .instruments = {"threads", "tsan"},
                        .failures = {"hang"},
                        .themes = {"room"},
                        .fix = {{"buffer", "room"}, {"value"}}};

const Diagnosis right{.line_number = {},
                      .line = "out->put( value );",
                      .cause = "no-room",
                      .instrument = "tsan",
                      .failure = "hang",
                      .theme = "room",
                      .fix = "Give the values room."};

int points(const Diagnosis& diagnosis, const fs::path& as_given = "") {
  int sum = 0;
  for (const auto& part : score_diagnosis(diagnosis, accepted, choices, as_given)) {
    sum += part.points;
  }
  return sum;
}

std::string said_of(const std::string& name, const Diagnosis& diagnosis) {
  for (const auto& part : score_diagnosis(diagnosis, accepted, choices, "")) {
    if (part.name == name) return part.says;
  }
  return "no such part";
}

TEST(Diagnosis, TheRightOneGetsEveryPoint) {
  EXPECT_EQ(points(right), points_of_a_diagnosis);
}

TEST(Diagnosis, AnEmptyOneGetsNone) {
  EXPECT_EQ(points({}), 0);
  for (const auto* name : {"line", "cause", "instrument", "failure", "theme", "fix"}) {
    EXPECT_EQ(said_of(name, {}), "not answered yet") << name;
  }
}

TEST(Diagnosis, ALineMayBeItsNumberInTheProgramAsItWasGiven) {
  const ScratchFolder folder;
  const auto program = folder.path() / "program.hpp";
  write_file(program, "auto out = make();\n\n  out->put(value);\nreturn out;\n");
  auto diagnosis = right;
  diagnosis.line.clear();
  diagnosis.line_number = 3;
  EXPECT_EQ(points(diagnosis, program), points_of_a_diagnosis);
  for (const int number : {0, 2, 4, 5, 100'000}) {
    diagnosis.line_number = number;
    EXPECT_EQ(points(diagnosis, program), points_of_a_diagnosis - 1) << number;
  }
}

TEST(Diagnosis, OneWrongWordCostsItsOwnPoint) {
  auto diagnosis = right;
  diagnosis.cause = "uncaught";
  EXPECT_EQ(points(diagnosis), points_of_a_diagnosis - 1);
  EXPECT_EQ(said_of("cause", diagnosis).find("no-room"), std::string::npos);
  diagnosis.theme = "end";
  EXPECT_EQ(points(diagnosis), points_of_a_diagnosis - 2);
}

TEST(Diagnosis, AWordThatDoesNotExistIsToldSo) {
  auto diagnosis = right;
  diagnosis.cause = "gremlins";
  EXPECT_NE(said_of("cause", diagnosis).find("choices.toml"), std::string::npos);
}

TEST(Diagnosis, TheSentenceNeedsAWordOfEachGroup) {
  auto diagnosis = right;
  for (const auto* sentence : {"Buffered: one VALUE waits.", "room for the value", "Value; room"}) {
    diagnosis.fix = sentence;
    EXPECT_EQ(points(diagnosis), points_of_a_diagnosis) << sentence;
  }
  for (const auto* sentence : {"More room.", "the value", "a mushroom of value", "   "}) {
    diagnosis.fix = sentence;
    EXPECT_EQ(points(diagnosis), points_of_a_diagnosis - 1) << sentence;
  }
}

TEST(Diagnosis, IsReadWithNumberOrText) {
  const ScratchFolder folder;
  const auto file = folder.path() / "diagnosis.toml";
  EXPECT_EQ(points(read_diagnosis(file)), 0);
  write_file(file, "line = 7\ncause = \"no-room\"\n");
  EXPECT_EQ(read_diagnosis(file).line_number, 7);
  EXPECT_EQ(read_diagnosis(file).cause, "no-room");
  write_file(file, "line = \"7\"\n");
  EXPECT_EQ(read_diagnosis(file).line_number, 7);
  write_file(file, "line = 'out->put(value);'\n");
  EXPECT_EQ(read_diagnosis(file).line, "out->put(value);");
  for (const auto* text : {"line = \n", "cause = 3\n", "line = [1]\n"}) {
    write_file(file, text);
    EXPECT_THROW(read_diagnosis(file), Complaint) << text;
  }
}

}  // namespace
}  // namespace promissory::grading
