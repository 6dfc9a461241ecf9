// `promissory hunt` on a toy: a letter box that tells nobody of the letter.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "toy_workbook.hpp"

namespace promissory::grading {
namespace {
namespace fs = std::filesystem;

const std::string box = "bug-hunt/01-letter-box";

class HuntCommand : public testing::Test {
 protected:
  HuntCommand() : workbook_("hunt") {
    workbook_.add("01", "all-pass");
    workbook_.add_bug("01");
    workbook_.add_bug("01b");
    replace_in(workbook_.exercises("bug-hunt/01b-letter-box") / "bug.toml", "title = \"The",
               "variation = true\ntitle = \"The other");
  }

  Finished hunt(std::vector<std::string> words) const {
    words.insert(words.begin(), "hunt");
    return workbook_.tool(words);
  }
  /// The learner writes what `file` in solutions/ says.
  void solve(const std::string& file) const {
    write_file(workbook_.exercises(box) / file, read_file(workbook_.solutions(box) / file));
  }
  fs::path diagnosis() const { return workbook_.exercises(box) / "diagnosis.toml"; }
  fs::path program() const { return workbook_.exercises(box) / "letter_box.hpp"; }
  fs::path report() const { return workbook_.root() / "report.json"; }
  nlohmann::json reported() const { return nlohmann::json::parse(read_file(report())); }

  static void expect_fit(const fs::path& report, const std::string& schema) {
    const auto checked =
        run({.argv = {PROMISSORY_TEST_PYTHON, "-c",
                      "import json, sys, jsonschema\n"
                      "schema = json.load(open(sys.argv[1]))\n"
                      "jsonschema.Draft202012Validator.check_schema(schema)\n"
                      "jsonschema.Draft202012Validator(schema)"
                      ".validate(json.load(open(sys.argv[2])))\n",
                      (source_root() / "grading/schema" / schema).string(), report.string()}});
    EXPECT_EQ(checked.exit_code, 0) << checked.err;
  }
  static void expect_in(const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nis not in:\n" << text;
  }
  static void expect_not_in(const std::string& text, const std::string& part) {
    EXPECT_EQ(text.find(part), std::string::npos) << part << "\nis in:\n" << text;
  }

  ToyWorkbook workbook_;
};

TEST_F(HuntCommand, BoardKnowsWhatIsSolvedAndTellsNoThemeBefore) {
  auto board = hunt({"--json", report()});
  EXPECT_EQ(board.exit_code, 0) << board.err;
  EXPECT_EQ(board.out,
            "Bug hunt · 0 of 10 points\n\n"
            "  · 01  The letter box               0 of 10\n"
            "  · 01b The other letter box         0 of 10  (for exercise, not counted)\n"
            "\nNext: promissory hunt 01\n");
  expect_fit(report(), "hunt.schema.json");
  EXPECT_EQ(reported().at("hunt").at("points_possible"), 10);

  solve("diagnosis.toml");
  expect_in(hunt({}).out, "· 01  The letter box               6 of 10\n");
  solve("letter_box.hpp");
  // It compiles nothing: what nobody has judged is not known.
  expect_in(hunt({}).out, "· 01  The letter box               6 of 10\n");
  EXPECT_EQ(hunt({"1", "--answer"}).exit_code, 0);
  board = hunt({});
  EXPECT_EQ(board.out,
            "Bug hunt · 10 of 10 points\n\n"
            "  An end: whoever begins it ends it.\n"
            "    ✓ 01  The letter box\n"
            "  · 01b The other letter box         0 of 10  (for exercise, not counted)\n"
            "\nNext: promissory hunt 01b\n");

  // A judged mend is believed as long as it is the same.
  write_file(program(), read_file(program()) + "\n");
  expect_in(hunt({}).out, "· 01  The letter box               6 of 10\n");
}

TEST_F(HuntCommand, TellsTheStoryAndWhatToDo) {
  const auto story = hunt({"1"});
  EXPECT_EQ(story.exit_code, 0);
  expect_in(story.out, "  A letter is put into the box, and nobody comes to take it.\n");
  expect_in(story.out, "exercises/" + box + "/letter_box.hpp\n");
  expect_in(story.out, "promissory hunt 01 --answer\n");
  expect_not_in(story.out, "--serve");
  EXPECT_EQ(hunt({"letter"}).exit_code, 2);  // there are two
  EXPECT_EQ(hunt({"7"}).exit_code, 2);
}

TEST_F(HuntCommand, AnInstrumentShowsWhatItSees) {
  const auto watched = hunt({"01", "--with", "watchdog", "--json", report()});
  EXPECT_EQ(watched.exit_code, 0) << watched.err;
  expect_in(watched.out, "Looks for  Every thread waits.\n");
  expect_in(watched.out, "Seen       by watchdog:\n");
  expect_in(watched.out, "promissory::LetterBox::take()");
  expect_in(watched.out, "Your lines exercises/" + box + "/letter_box.hpp:18\n");
  expect_in(watched.out, "Ask        Who was to tell the one who waits?\n");
  expect_fit(report(), "hunt.schema.json");
  const auto exhibit = reported().at("exhibit");
  EXPECT_EQ(exhibit.at("seen_by"), nlohmann::json::array({"watchdog"}));
  EXPECT_EQ(exhibit.at("clues").at(0).at("line"), 18);

  const auto silent = hunt({"01", "--with", "leak", "--json", report()});
  EXPECT_EQ(silent.exit_code, 0);
  expect_in(silent.out, "threads and promises\n");
  expect_in(silent.out, "Seen       Nothing: ");
  expect_in(silent.out, "Ask        No promise is open. What else can a thread wait for?\n");
  expect_fit(report(), "hunt.schema.json");

  const auto unknown = hunt({"01", "--with", "luck"});
  EXPECT_EQ(unknown.exit_code, 2);
  expect_in(unknown.err, "--with luck: there is no such instrument");
  EXPECT_EQ(hunt({"--with", "tsan"}).exit_code, 2);
}

TEST_F(HuntCommand, TheExplorersReportEndsWithACommandThatExists) {
  const auto explored = hunt({"01", "--with", "explore"});
  const std::string begin = "promissory hunt 01 --with explore --test ";
  const auto at = explored.out.find(begin);
  ASSERT_NE(at, std::string::npos) << explored.out;
  std::istringstream words(explored.out.substr(at + begin.size()));
  std::string test;
  std::string option;
  std::string seed;
  words >> test >> option >> seed;
  const auto again = hunt({"01", "--with", "explore", "--test", test, option, seed});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  expect_in(again.out, "Seen       by explore:\n");
  EXPECT_EQ(hunt({"01", "--with", "explore", "--seed", "mix:1:0"}).exit_code, 2);
  EXPECT_EQ(hunt({"01", "--with", "tsan", "--seed", "1"}).exit_code, 2);

  // A mend that only the explorer refuses says so too.
  workbook_.add_bug("02");
  write_file(workbook_.tests("bug-hunt/02-letter-box") / "scenario_test.cpp",
             "#include <gtest/gtest.h>\nTEST(Nothing, Asked) {}\n");
  write_file(workbook_.exercises("bug-hunt/02-letter-box") / "letter_box.hpp",
             read_file(program()) + "// touched\n");
  const auto refused = hunt({"02", "--answer", "--json", report()});
  EXPECT_EQ(refused.exit_code, 1);
}

TEST_F(HuntCommand, AnAnswerIsScoredPartByPartWithoutTheRest) {
  write_file(diagnosis(),
             "line = 10\ncause = \"never-kept\"\ninstrument = \"waiters\"\nfailure = \"gremlins\"\n"
             "theme = \"\"\nfix = \"wake up\"\n");
  const auto scored = hunt({"1", "--answer", "--json", report()});
  EXPECT_EQ(scored.exit_code, 1);
  expect_in(scored.out, "01 The letter box · 1 of 10 points\n");
  expect_in(scored.out, "✗ line       the fault is not in this line\n");
  expect_in(scored.out, "✗ cause      that is not why it goes wrong\n");
  expect_in(scored.out, "✓ instrument Somebody sleeps for nothing.\n");
  expect_in(scored.out, "✗ failure    “gremlins” is none of the words");
  expect_in(scored.out, "✗ theme      not answered yet\n");
  expect_in(scored.out, "✗ fix        this does not say yet");
  expect_in(scored.out, "✗ mend       the program is as it was given\n");
  for (const auto* secret : {"never-told", "watchdog", "hang", "An end", "letter_ =", "notif"}) {
    expect_not_in(scored.out.substr(scored.out.find("instrument")), secret);
  }
  expect_fit(report(), "hunt.schema.json");

  // The line by its number, or as text in a clumsy hand.
  for (const auto* line : {"line = 13", "line = \"letter_=letter ;\"", "line = 18"}) {
    write_file(diagnosis(), line);
    expect_in(hunt({"1", "--answer"}).out, "✓ line       there it is\n");
  }
}

TEST_F(HuntCommand, WhatCannotBeReadIsNoAnswerAndNoDisaster) {
  write_file(diagnosis(), "line = \ncause = \"never-told\"\n");
  const auto broken = hunt({"1", "--answer", "--json", report()});
  EXPECT_EQ(broken.exit_code, 1);
  expect_in(broken.out, "0 of 10 points");
  expect_in(broken.out, "exercises/" + box + "/diagnosis.toml:1: not valid TOML");
  expect_fit(report(), "hunt.schema.json");
  write_file(diagnosis(), "line = [1]\n");
  expect_in(hunt({"1", "--answer"}).out, "`line` must be a string");
  fs::remove(diagnosis());
  expect_in(hunt({"1", "--answer"}).out, "✗ line       not answered yet\n");
  fs::remove(program());
  expect_in(hunt({"1", "--answer"}).out, "✗ mend       refused by the step “audit”: there is no");
}

TEST_F(HuntCommand, AMendIsToldWhyItIsRefused) {
  const auto mended = read_file(workbook_.solutions(box) / "letter_box.hpp");
  write_file(program(), mended);
  replace_in(program(), "notify_all();", "notify_everybody();");
  const auto broken = hunt({"1", "--answer"});
  EXPECT_EQ(broken.exit_code, 1);
  expect_in(broken.out, "✗ mend       refused by the step “scenario”: it does not compile: ");
  expect_in(broken.out, "letter_box.hpp:14: ");

  write_file(program(), read_file(workbook_.solutions(box) / "letter_box.hpp"));
  replace_in(program(), "return *letter_;", "return *std::exchange(letter_, 0);");
  replace_in(program(), "#include <optional>", "#include <optional>\n#include <utility>");
  expect_in(hunt({"1", "--answer"}).out, "✗ mend       refused by the step “hidden”: 1 of 1 tests");

  write_file(program(), mended + "inline const int talk = testing::Test::HasFailure();\n");
  expect_in(hunt({"1", "--answer"}).out, "✗ mend       refused by the step “audit”: ");
}

TEST_F(HuntCommand, WhatWasJudgedIsKept) {
  solve("letter_box.hpp");
  expect_in(hunt({"1", "--answer"}).out, "✓ mend       right in every flavour\n");
  // Without compilers there is nothing but memory.
  auto again = workbook_.command({"hunt", "1", "--answer"});
  again.environment.emplace_back("PATH=/nowhere");
  expect_in(run(again).out, "✓ mend       right in every flavour\n");
  again.argv.emplace_back("--from");
  again.argv.emplace_back("exercises");
  expect_not_in(run(again).out, "✓ mend");
}

TEST_F(HuntCommand, IsGradedBesideTheExercises) {
  solve("letter_box.hpp");
  const auto junit = workbook_.root() / "report.xml";
  const auto graded = workbook_.tool({"grade", "--json", report(), "--junit", junit});
  EXPECT_EQ(graded.exit_code, 1);
  expect_in(graded.out, "\n3 of 3 points\nBug hunt: 4 of 10 points\n");
  expect_fit(report(), "grade.schema.json");
  EXPECT_EQ(reported().at("points"), 3);
  EXPECT_EQ(reported().at("hunt").at("points"), 4);
  const auto xml = read_file(junit);
  expect_in(xml, "<testsuite name=\"" + box + "\"");
  expect_in(xml, "<property name=\"score\" value=\"4\" />");
  expect_in(xml, "<testcase classname=\"hunt01\" name=\"mend\" />");
  expect_in(xml, "<failure type=\"failed\" message=\"not answered yet\" />");
  // One exercise is one exercise.
  expect_not_in(workbook_.tool({"grade", "01"}).out, "Bug hunt");
}

TEST_F(HuntCommand, ResetGivesProgramAndDiagnosisBack) {
  const auto given = read_file(program());
  hunt({});
  solve("letter_box.hpp");
  solve("diagnosis.toml");
  const auto reset = workbook_.tool({"reset", "hunt01"});
  EXPECT_EQ(reset.exit_code, 0) << reset.err;
  EXPECT_EQ(read_file(program()), given);
  expect_in(read_file(diagnosis()), "line = \"\"");
  expect_in(reset.out, "is as it was given; yours is kept in");
}

TEST_F(HuntCommand, AHandoutHoldsNoAnswer) {
  for (const auto* room : {"exercises", "solutions", "tests"}) {
    fs::remove_all(workbook_.root() / room / "01-all-pass");
  }
  workbook_.add("01", "not-written");
  const auto tarball = workbook_.root() / "handout.tar.gz";
  const auto packed = workbook_.tool({"handout", "--out", tarball});
  ASSERT_EQ(packed.exit_code, 0) << packed.err;
  const auto listed = run({.argv = {"tar", "-tzf", tarball.string()}}).out;
  for (const auto* file : {"bug.toml", "diagnosis.toml", "letter_box.hpp"}) {
    expect_in(listed, "promissory/exercises/" + box + "/" + file + "\n");
  }
  expect_in(listed, "promissory/exercises/bug-hunt/choices.toml\n");
  expect_in(listed, "promissory/tests/" + box + "/scenario_test.cpp\n");
  for (const auto* secret : {"solutions", "accepted", "fakes", "hidden_test", "explore_test"}) {
    expect_not_in(listed, secret);
  }

  // In it a mend is judged by what everybody can read, and a diagnosis is not.
  run({.argv = {"tar", "-xzf", tarball.string(), "-C", workbook_.root().string()}});
  const auto copy = workbook_.root() / "promissory";
  write_file(copy / "exercises" / box / "letter_box.hpp",
             read_file(workbook_.solutions(box) / "letter_box.hpp"));
  auto command = workbook_.command({"hunt", "1", "--answer"});
  command.argv.at(2) = copy.string();
  const auto judged = run(command);
  EXPECT_EQ(judged.exit_code, 0) << judged.out << judged.err;
  expect_in(judged.out, "4 of 4 points");
  expect_in(judged.out, "✓ mend       right, as far as this copy can tell");
  expect_in(judged.out, "The diagnosis is judged by those who have the answers");

  solve("diagnosis.toml");
  const auto answered = workbook_.tool({"handout", "--out", tarball});
  EXPECT_EQ(answered.exit_code, 2);
  expect_in(answered.err, "holds an answer: say `promissory reset hunt01` first");
  write_file(diagnosis(), "");
  solve("letter_box.hpp");
  EXPECT_EQ(workbook_.tool({"handout", "--out", tarball}).exit_code, 2);
}

}  // namespace
}  // namespace promissory::grading
