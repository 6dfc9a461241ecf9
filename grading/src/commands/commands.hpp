// The subcommands. Each adds itself to the command line and returns nothing; run_command() runs the
// one that was chosen.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <optional>

namespace promissory::grading {

/// What every subcommand can use.
struct Session {
  std::optional<std::filesystem::path> workbook;  // --workbook
  std::function<int()> chosen;                    // set by the subcommand that was parsed
};

/// Exit codes, the same for every command.
enum Exit : int {
  exit_right = 0,         // it was done, and what was judged is right
  exit_wrong = 1,         // it was done, and something that was judged is wrong
  exit_complaint = 2,     // it could not be done; standard error says why
  exit_interrupted = 130  // Ctrl-C
};

void add_status(CLI::App& app, Session& session);
void add_check(CLI::App& app, Session& session);
void add_grade(CLI::App& app, Session& session);
void add_explore(CLI::App& app, Session& session);
void add_hunt(CLI::App& app, Session& session);
void add_watch(CLI::App& app, Session& session);
void add_hint(CLI::App& app, Session& session);
void add_reset(CLI::App& app, Session& session);
void add_next(CLI::App& app, Session& session);
void add_doctor(CLI::App& app, Session& session);
void add_handout(CLI::App& app, Session& session);
void add_dev(CLI::App& app, Session& session);

}  // namespace promissory::grading
