#include "running/compiler.hpp"

#include <fmt/format.h>

#include <optional>
#include <regex>
#include <sstream>

#include "running/legible.hpp"
#include "running/process.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

// A compiler that writes an endless object file, or an endless error, is stopped.
constexpr std::size_t largest_output = std::size_t{512} << 20;

// A compiler that reads an endless file, or is sent down endless templates, is stopped before the
// machine swaps. The largest exercise takes a quarter of it.
constexpr std::size_t most_memory = std::size_t{3} << 30;

// Nobody reads more of a line, and std::regex recurses once per letter.
constexpr std::size_t longest_line = 4000;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(legible(line, longest_line));
  return lines;
}

// An error inside the standard library or a test was caused by the learner's line that the compiler
// names on the way to it ("required from here", "in instantiation of"): that line is the one to
// read.
Diagnostic first_for(const fs::path& learner, const std::string& transcript) {
  static const std::regex located(R"(^(.+?):(\d+):(?:\d+:)?\s*(.*)$)");
  static const std::regex error(R"(^(fatal error|error): (.*)$)");
  std::optional<Diagnostic> on_the_way;
  std::optional<Diagnostic> elsewhere;
  for (const auto& line : lines_of(transcript)) {
    std::smatch at;
    if (!std::regex_match(line, at, located)) continue;
    const auto file = at.str(1);
    const auto text = at.str(3);
    const bool mine = file.starts_with(learner.string());
    std::smatch what;
    if (std::regex_match(text, what, error)) {
      Diagnostic found{file, std::stoi(at.str(2)), what.str(1), what.str(2)};
      if (mine) return found;
      if (on_the_way) {
        on_the_way->kind = what.str(1);
        on_the_way->message = what.str(2);
        return *on_the_way;
      }
      if (!elsewhere) elsewhere = std::move(found);
    } else if (mine) {
      on_the_way = Diagnostic{file, std::stoi(at.str(2)), "", ""};
    } else if (elsewhere && elsewhere->message.empty()) {
      elsewhere->message = text;
    }
  }
  if (elsewhere && on_the_way) {
    // clang says "in instantiation of ... requested here" after the error.
    on_the_way->kind = elsewhere->kind;
    on_the_way->message = elsewhere->message;
    return *on_the_way;
  }
  if (elsewhere) return *elsewhere;
  for (const auto& line : lines_of(transcript)) {
    if (line.find("undefined symbol") != std::string::npos ||
        line.find("undefined reference") != std::string::npos ||
        line.find("duplicate symbol") != std::string::npos ||
        line.find("multiple definition") != std::string::npos) {
      return {"", 0, "link error", line};
    }
  }
  const auto lines = lines_of(transcript);
  return {"", 0, "error", lines.empty() ? "the compiler said nothing" : lines.front()};
}

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

Compiled compile(const Kit& kit, const CompileJob& job) {
  fs::create_directories(job.program.parent_path());
  const auto object = job.program.string() + ".o";
  std::vector<std::string> argv = kit.launcher;
  argv.push_back(kit.compiler);
  append(argv, kit.compile);
  if (job.for_debugger) argv.emplace_back("-g");
  for (const auto& root : job.include_roots) append(argv, {"-I", root.string()});
  append(argv, {"-I", kit.support.string()});
  append(argv, job.libraries.compile);
  append(argv, {"-fdiagnostics-color=never", "-c", job.source.string(), "-o", object});
  const std::vector<std::string> ccache{
      "CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime",
      "CCACHE_NOHASHDIR=1", "CCACHE_DEPEND=", "LC_ALL=C"};
  Compiled compiled;
  const auto say = [&](const Finished& finished) {
    compiled.cpu_seconds += finished.cpu_seconds;
    compiled.transcript += finished.err + finished.out;
    compiled.timed_out = finished.timed_out;
    return finished.exit_code == 0;
  };
  auto translated = run({.argv = argv,
                         .environment = ccache,
                         .limit = job.limit,
                         .file_size_limit = largest_output,
                         .memory_limit = most_memory});
  if (say(translated)) {
    std::vector<std::string> link{kit.compiler, object};
    append(link, {"-Wl,--whole-archive", kit.library.string(), "-Wl,--no-whole-archive"});
    append(link, kit.link);
    append(link, job.libraries.link);
    append(link, {"-o", job.program.string()});
    compiled.ok = say(run({.argv = link, .limit = job.limit, .file_size_limit = largest_output}));
  }
  if (compiled.timed_out) {
    compiled.first = {
        "", 0, "error",
        fmt::format("compiling took longer than {} s and was stopped", job.limit.count())};
  } else if (!compiled.ok) {
    compiled.first = first_for(job.learner, compiled.transcript);
  }
  return compiled;
}

}  // namespace promissory::grading
