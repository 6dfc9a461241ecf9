#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "commands/commands.hpp"
#include "complaint.hpp"
#include "running/process.hpp"
#include "showing/terminal.hpp"

namespace {

using namespace promissory::grading;  // NOLINT(google-build-using-namespace): this is its program

constexpr const char* examples = R"(Examples:
  promissory                       the board, and what to do next
  promissory check 04              compile and run the visible tests of exercise 04
  promissory watch                 the same on every save
  promissory hint 04               the next hint (your score for 04 is then at most 1)
  promissory grade 04              the whole verdict: hidden tests, sanitizers, your own test
  promissory explore 04            every order of its threads that a thousand tries find
  promissory hunt 01 --with leak   a broken program under an instrument
  promissory grade --from ~/anna --json anna.json
Exit codes: 0 right · 1 wrong · 2 it could not be done · 130 Ctrl-C
)";

int run_command(int argc, char** argv) {
  CLI::App app("Build a futures library in C++20; a machine says whether it is right.",
               "promissory");
  app.footer(examples);
  app.set_version_flag("--version", PROMISSORY_VERSION);
  Session session;
  app.add_option("--workbook", session.workbook, "The workbook's folder (default: found from here)")
      ->type_name("DIR");
  app.require_subcommand(0, 1);
  add_status(app, session);
  add_check(app, session);
  add_grade(app, session);
  add_explore(app, session);
  add_hunt(app, session);
  add_watch(app, session);
  add_hint(app, session);
  add_reset(app, session);
  add_next(app, session);
  add_doctor(app, session);
  add_handout(app, session);
  add_dev(app, session);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? exit_right : exit_complaint;
  }
  return session.chosen();
}

}  // namespace

int main(int argc, char** argv) {
  catch_interrupts();
  int code = exit_complaint;
  try {
    code = run_command(argc, argv);
  } catch (const Interrupted&) {
    clear_progress();
    fmt::print(stderr, "promissory: interrupted; nothing is lost\n");
    return exit_interrupted;
  } catch (const std::exception& error) {
    clear_progress();
    fmt::print(stderr, "promissory: {}\n", error.what());
    return exit_complaint;
  }
  // A report cut short by a full disk must not look like a whole one.
  if (std::fflush(stdout) != 0) {
    fmt::print(stderr, "promissory: standard output could not be written: is the disk full?\n");
    return exit_complaint;
  }
  return code;
}
