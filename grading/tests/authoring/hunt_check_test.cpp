// Each guard of `dev check hunt01`, and of the evidence, is tried on a hunt that lacks just what it
// guards.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "toy_workbook.hpp"

namespace promissory::grading {
namespace {
namespace fs = std::filesystem;

class HuntCheck : public testing::Test {
 protected:
  HuntCheck() : workbook_("hunt-check") {
    workbook_.add("01", "cell");  // a workbook has exercises
    workbook_.add_bug("01");
  }

  void check(const std::string& what = "hunt01") {
    finished_ = workbook_.tool({"dev", "check", what});
  }
  void expect_problem(const std::string& what) const {
    EXPECT_EQ(finished_.exit_code, 1);
    EXPECT_NE(finished_.out.find(what), std::string::npos) << what << "\nis not in:\n"
                                                           << finished_.out << finished_.err;
  }
  fs::path accepted() const { return tests() / "accepted.toml"; }
  fs::path tests() const { return workbook_.tests("bug-hunt/01-letter-box"); }
  fs::path evidence(const std::string& file) const {
    return workbook_.root() / "tests/bug-hunt/evidence" / file;
  }

  ToyWorkbook workbook_;
  Finished finished_;
};

TEST_F(HuntCheck, PassesASoundBug) {
  check();
  EXPECT_EQ(finished_.exit_code, 0) << finished_.out << finished_.err;
  EXPECT_EQ(finished_.out,
            "files: none stray, none missing\nfiles: formatted\n"
            "bug-hunt/01-letter-box sound: it is seen, its mend is right, every fake is refused\n"
            "dev check: the workbook is sound\n");
}

TEST_F(HuntCheck, KnowsTheWordsOfADiagnosis) {
  replace_in(accepted(), "[\"never-told\"]", "[\"never-told\", \"luck\"]");
  replace_in(accepted(), "[\"hang\"]", "[]");
  replace_in(accepted(), "[\"letter_ = letter;\",", "[\"letter_ = letters;\", \"public:\", \"}\",");
  write_file(tests() / "notes.txt", "");
  check();
  expect_problem("accepts the cause luck, which choices.toml does not have");
  expect_problem("accepts no failure");
  expect_problem("accepts a line that the program does not have: letter_ = letters;");
  expect_problem("accepts a line that stands in several places: }");
  expect_problem("the answer in solutions/: line: the fault is not in this line");
  expect_problem("tests/bug-hunt/01-letter-box/notes.txt\n    is a stray file");
}

TEST_F(HuntCheck, TheNamedInstrumentMustSeeIt) {
  replace_in(accepted(), "[\"watchdog\", \"waiters\", \"explore\"]", "[\"tsan\"]");
  check();
  expect_problem("tsan does not see it: ");
  expect_problem("the answer in solutions/: instrument: ");
}

TEST_F(HuntCheck, TheReportMustNameAnAcceptedLine) {
  replace_in(accepted(), ", \"changed_.wait(lock, [&] { return letter_.has_value(); });\"", "");
  check();
  expect_problem("watchdog names no line that is accepted");
}

TEST_F(HuntCheck, TheMendMustBeRightAndTheBrokenProgramWrong) {
  const auto broken = workbook_.exercises("bug-hunt/01-letter-box") / "letter_box.hpp";
  const auto mended = workbook_.solutions("bug-hunt/01-letter-box") / "letter_box.hpp";
  const auto text = read_file(broken);
  write_file(broken, read_file(mended));
  write_file(mended, text);
  fs::remove(tests() / "fakes" / "01-looks-again.patch");
  check();
  expect_problem("the broken program is taken for a mend");
  expect_problem("the answer in solutions/: mend: refused");
  expect_problem("has no fake mend");
}

TEST_F(HuntCheck, AFakeMustBeRefusedByTheTestThatItNames) {
  const auto fake = tests() / "fakes" / "01-looks-again.patch";
  replace_in(fake, "Refused-by: LetterBoxHidden.ALetterStaysInTheBox",
             "Refused-by: LetterBox.WhoWaitsIsTold");
  write_file(tests() / "fakes" / "02-none.patch",
             "Title: x\nWrong: x\nRefused-by: LetterBox.Unknown\nFlavour: plain\n\n--- a/x\n");
  check();
  expect_problem("01-looks-again: passes LetterBox.WhoWaitsIsTold");
  expect_problem("02-none: there is no test LetterBox.Unknown");
  write_file(tests() / "fakes" / "02-none.patch", "Title: x\n\n--- a/x\n");
  check();
  expect_problem("02-none.patch: no `Wrong:` line in its header");
}

TEST_F(HuntCheck, EvidenceIsMeasuredKeptAndHeldTo) {
  check("hunt");
  expect_problem("evidence: there is none: say `promissory dev evidence hunt01`");

  const auto measured = workbook_.tool({"dev", "evidence", "hunt01", "--runs", "3"});
  EXPECT_EQ(measured.exit_code, 0) << measured.out << measured.err;
  EXPECT_EQ(measured.out, "bug-hunt/01-letter-box watchdog sees it, 3 of 3\n");
  const auto rows = nlohmann::json::parse(read_file(evidence("table.json")));
  const auto& row = rows.at(0);
  EXPECT_EQ(row.at("instrument"), "watchdog");
  EXPECT_EQ(row.at("broken").at("watchdog"), (nlohmann::json{{"seen", 3}, {"at_line", 3}}));
  EXPECT_EQ(row.at("broken").at("tsan"), (nlohmann::json{{"seen", 0}, {"at_line", 0}}));
  EXPECT_EQ(row.at("broken").at("explore").at("seen"), 3);
  EXPECT_EQ(row.at("mended"),
            (nlohmann::json{{"asan", 3}, {"explore", 3}, {"plain", 3}, {"tsan", 3}}));
  EXPECT_NE(
      read_file(evidence("table.md")).find("| 01 | The letter box | 0 | 0 | 0 | 0 | 3 | **3** |"),
      std::string::npos)
      << read_file(evidence("table.md"));

  check("hunt");
  expect_problem("evidence: 3 runs are too few");
  auto table = read_file(evidence("table.json"));
  for (auto at = table.find(":3"); at != std::string::npos; at = table.find(":3")) {
    table.replace(at, 2, ":50");
  }
  write_file(evidence("table.json"), table);
  check("hunt");
  expect_problem("tests/bug-hunt/evidence/table.md\n    says something else than table.json");

  replace_in(evidence("table.json"), "\"watchdog\":{\"seen\":50,\"at_line\":50}",
             "\"watchdog\":{\"seen\":49,\"at_line\":49}");
  replace_in(evidence("table.json"), "\"waiters\":{\"seen\":50", "\"waiters\":{\"seen\":48");
  replace_in(evidence("table.json"), "\"tsan\":50", "\"tsan\":47");
  replace_in(evidence("table.json"), "\"tsan\":{\"seen\":0", "\"tsan\":{\"seen\":50");
  check("hunt");
  expect_problem("evidence: watchdog sees the broken program in 49 of 50 runs");
  expect_problem("evidence: waiters sees the broken program in 48 of 50 runs");
  expect_problem("evidence: the mended program is silent in 47 of 50 runs under tsan");
  expect_problem(
      "evidence: tsan sees the broken program in every run, and no diagnosis may name it");

  write_file(tests() / "hidden_test.cpp", read_file(tests() / "hidden_test.cpp") + "\n");
  check("hunt");
  expect_problem("evidence: it is of an earlier version");
  write_file(evidence("table.json"), "[}");
  check("hunt");
  EXPECT_EQ(finished_.exit_code, 2);
}

TEST_F(HuntCheck, EvidenceIsNotClaimedOfABugThatIsMendedAlready) {
  fs::copy_file(workbook_.solutions("bug-hunt/01-letter-box") / "letter_box.hpp",
                workbook_.exercises("bug-hunt/01-letter-box") / "letter_box.hpp",
                fs::copy_options::overwrite_existing);
  const auto measured = workbook_.tool({"dev", "evidence", "--runs", "1", "--check"});
  EXPECT_EQ(measured.exit_code, 1);
  EXPECT_NE(measured.out.find("watchdog sees the broken program in 0 of 1 runs"), std::string::npos)
      << measured.out << measured.err;
  EXPECT_FALSE(fs::exists(evidence("table.json")));
  EXPECT_EQ(workbook_.tool({"dev", "evidence", "01"}).exit_code, 2);
}

}  // namespace
}  // namespace promissory::grading
