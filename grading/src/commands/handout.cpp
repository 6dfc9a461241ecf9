#include "authoring/handout.hpp"

#include <fmt/format.h>

#include "commands/commands.hpp"

namespace promissory::grading {
namespace {

int handout(const Session& session, std::filesystem::path out) {
  const auto workbook = open_workbook(session.workbook);
  if (out.empty()) out = workbook.build() / "promissory-handout.tar.gz";
  const auto files = write_handout(workbook, out);
  fmt::print("{}: {} files; no solution, no hidden test, no mutant\n", out.string(), files);
  return exit_right;
}

}  // namespace

void add_handout(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "handout", "Write a tarball for a class, without anything that gives an answer away");
  auto out = std::make_shared<std::filesystem::path>();
  command->add_option("--out", *out, "Where to (default: build/promissory-handout.tar.gz)")
      ->type_name("FILE");
  command->footer("Example:\n  promissory handout --out week1.tar.gz");
  command->callback([&, out] { session.chosen = [&, out] { return handout(session, *out); }; });
}

}  // namespace promissory::grading
