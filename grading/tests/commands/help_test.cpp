#include <gtest/gtest.h>

#include <sstream>

#include "running/process.hpp"
#include "toy_files.hpp"

namespace promissory::grading {
namespace {

// The first words of the indented lines below "Subcommands:".
std::vector<std::string> subcommands(const std::string& help) {
  std::vector<std::string> names;
  std::istringstream lines(help);
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("Subcommands:")) {
      inside = true;
    } else if (inside && line.starts_with("  ") && line.size() > 2 && line[2] != ' ') {
      names.push_back(line.substr(2, line.find(' ', 2) - 2));
    } else if (!line.starts_with("  ")) {
      inside = false;
    }
  }
  return names;
}

Finished help_of(const std::vector<std::string>& command) {
  std::vector<std::string> argv{tool_program().string()};
  argv.insert(argv.end(), command.begin(), command.end());
  argv.emplace_back("--help");
  return run({.argv = argv});
}

void expect_example(const std::vector<std::string>& command) {
  const auto finished = help_of(command);
  std::string name;
  for (const auto& word : command) name += " " + word;
  EXPECT_EQ(finished.exit_code, 0) << name;
  EXPECT_EQ(finished.err, "") << name;
  const auto examples = finished.out.find("Example");
  ASSERT_NE(examples, std::string::npos) << name << "\n" << finished.out;
  EXPECT_NE(finished.out.find("promissory", examples), std::string::npos) << name;
  for (const auto& deeper : subcommands(finished.out)) {
    auto path = command;
    path.push_back(deeper);
    expect_example(path);
  }
}

TEST(Help, OfEveryCommandHasAnExample) {
  EXPECT_GE(subcommands(help_of({}).out).size(), 9U);
  expect_example({});
}

TEST(Help, TellsTheExitCodes) {
  EXPECT_NE(help_of({}).out.find("Exit codes: 0"), std::string::npos);
}

TEST(Help, TellsTheVersion) {
  const auto finished = run({.argv = {tool_program().string(), "--version"}});
  EXPECT_EQ(finished.exit_code, 0);
  EXPECT_NE(finished.out, "");
}

TEST(Help, OutsideOfAWorkbookItIsAskedFor) {
  const auto finished = run({.argv = {tool_program().string(), "--workbook", "/", "next"}});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_EQ(finished.err, "promissory: / is not a workbook: it has no exercises/ and tests/\n");
}

}  // namespace
}  // namespace promissory::grading
