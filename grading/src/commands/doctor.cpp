#include <fmt/format.h>
#include <stdlib.h>

#include <fstream>

#include "commands/commands.hpp"
#include "running/libraries.hpp"
#include "running/process.hpp"
#include "showing/terminal.hpp"
#include "workbook/workbook.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

enum class Health { well, worse, ill };

struct Finding {
  Health health;
  std::string what;
  std::string remedy;
};

class Examination {
 public:
  Examination() {
    std::string pattern = (fs::temp_directory_path() / "promissory-doctor-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) folder_ = pattern;
  }
  Examination(const Examination&) = delete;
  Examination& operator=(const Examination&) = delete;
  ~Examination() {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
  }

  // The first line of what a program says of its version.
  Finding program(const std::string& name, Health without, const std::string& why) const {
    const auto finished = run({.argv = {name, "--version"}, .limit = std::chrono::seconds(20)});
    if (finished.exit_code == 0) {
      return {Health::well,
              fmt::format("{}: {}", name, finished.out.substr(0, finished.out.find('\n'))), ""};
    }
    return {without, fmt::format("{} is not installed ({})", name, why), "make setup"};
  }

  // Compiles and runs a program under a sanitizer. A sanitizer that starts but sees nothing is as
  // useless as one that does not start, so the program has a fault that it must report.
  Finding sanitizer(const std::string& name, const std::string& flag, const std::string& source,
                    const std::string& report) const {
    const auto program = folder_ / name;
    std::ofstream(program.string() + ".cpp") << source;
    const auto compiled = run({.argv = {"g++", "-std=c++20", "-g", "-O1", "-pthread", flag,
                                        program.string() + ".cpp", "-o", program.string()}});
    if (compiled.exit_code != 0) {
      return {Health::ill, fmt::format("{} does not link: {}", name, first_line(compiled.err)),
              "make setup    (Debian: apt-get install g++)"};
    }
    const auto ran = run({.argv = {program.string()}, .limit = std::chrono::seconds(60)});
    if (ran.err.find(report) != std::string::npos) {
      return {Health::well, fmt::format("{} starts and sees a fault", name), ""};
    }
    if (ran.err.find("unexpected memory mapping") != std::string::npos) {
      return {Health::ill,
              fmt::format(
                  "{} does not start: `unexpected memory mapping`: the kernel spreads addresses "
                  "wider than this libtsan expects",
                  name),
              "run everything under `setarch -R`, or once: sudo sysctl vm.mmap_rnd_bits=28"};
    }
    if (ran.err.find("LeakSanitizer has encountered a fatal error") != std::string::npos ||
        ran.err.find("does not work under ptrace") != std::string::npos) {
      return {Health::ill, fmt::format("{} needs ptrace, which is denied here", name),
              "not under gdb or strace; in a container: --cap-add=SYS_PTRACE"};
    }
    return {Health::ill,
            fmt::format("{} did not report a fault that is there: {}", name, first_line(ran.err)),
            "try another machine or container; verdicts here would be wrong"};
  }

  Finding number_in(const std::string& file, long largest, const std::string& what,
                    const std::string& remedy) const {
    std::ifstream in(file);
    long value = 0;
    if (!(in >> value))
      return {Health::well, fmt::format("{}: not restricted by this kernel", what), ""};
    if (value <= largest) return {Health::well, fmt::format("{}: {}", what, value), ""};
    return {Health::worse, fmt::format("{} is {}", what, value), remedy};
  }

 private:
  static std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

  fs::path folder_;
};

constexpr const char* race_source = R"(
#include <thread>
int shared = 0;
int main() {
  std::thread other([] { shared = 1; });
  shared = 2;
  other.join();
}
)";

constexpr const char* overflow_source = R"(
int main(int count, char**) {
  volatile int* numbers = new int[4];
  numbers[3 + count] = 1;
  delete[] numbers;
}
)";

constexpr const char* leak_source = R"(
int* volatile kept;  // or the compiler leaves out what nobody sees
int main() {
  for (int i = 0; i < 100; ++i) kept = new int(i);
  kept = nullptr;
}
)";

Finding disk(const fs::path& folder) {
  const auto free = fs::space(folder).available >> 20U;
  if (free > 2048) return {Health::well, fmt::format("disk: {} MiB free", free), ""};
  return {free > 512 ? Health::worse : Health::ill,
          fmt::format("disk: only {} MiB free in {}", free, folder.string()),
          "free some space: a full build takes about 1 GiB"};
}

Finding googletest() {
  if (fs::exists("/usr/src/googletest/googletest/src/gtest-all.cc")) {
    return {Health::well, "GoogleTest's sources: /usr/src/googletest", ""};
  }
  return {Health::ill, "GoogleTest's sources are not in /usr/src/googletest",
          "make setup    (Debian: apt-get install googletest)"};
}

// What only some exercises need: without it these are not judged.
Finding libraries_of(const Exercise& exercise) {
  const auto missing = find_libraries(exercise.libraries).missing;
  if (missing.empty()) {
    return {Health::well,
            fmt::format("libraries of exercise {}: {}", exercise.id,
                        fmt::join(exercise.libraries, ", ")),
            ""};
  }
  return {Health::worse, fmt::format("exercise {} cannot be judged: {}", exercise.id, missing),
          "make setup"};
}

int doctor(const Session& session) {
  const auto workbook = open_workbook(session.workbook);
  const Examination examination;
  std::vector<std::function<Finding()>> questions{
      [&] { return examination.program("g++", Health::ill, "it judges every exercise"); },
      [&] { return examination.program("cmake", Health::ill, "it builds everything"); },
      [&] { return examination.program("ninja", Health::ill, "it builds everything"); },
      [&] { return examination.program("git", Health::ill, "it applies mutants"); },
      [&] { return googletest(); },
      [&] {
        return examination.program("clang++-19", Health::worse,
                                   "`check` takes twice as long without it");
      },
      [&] { return examination.program("mold", Health::worse, "linking is slower without it"); },
      [&] {
        return examination.program("ccache", Health::worse, "compiling again is slower without it");
      },
      [&] {
        return examination.program("addr2line", Health::worse,
                                   "stacks have no line numbers without it");
      },
      [&] {
        return examination.sanitizer("ThreadSanitizer", "-fsanitize=thread", race_source,
                                     "data race");
      },
      [&] {
        return examination.sanitizer("AddressSanitizer", "-fsanitize=address", overflow_source,
                                     "heap-buffer-overflow");
      },
      [&] {
        return examination.sanitizer("LeakSanitizer", "-fsanitize=address", leak_source,
                                     "detected memory leaks");
      },
      [&] {
        return examination.number_in(
            "/proc/sys/vm/mmap_rnd_bits", 28, "ASLR bits (vm.mmap_rnd_bits)",
            "if ThreadSanitizer fails: setarch -R, or sudo sysctl vm.mmap_rnd_bits=28");
      },
      [&] {
        return examination.number_in("/proc/sys/kernel/yama/ptrace_scope", 1,
                                     "ptrace (kernel.yama.ptrace_scope)",
                                     "gdb cannot attach: sudo sysctl kernel.yama.ptrace_scope=1");
      },
      [&] { return disk(workbook.root); },
  };
  for (const auto& exercise : workbook.exercises) {
    if (!exercise.libraries.empty()) {
      questions.emplace_back([&] { return libraries_of(exercise); });
    }
  }
  bool ill = false;
  for (const auto& question : questions) {
    const auto finding = question();
    ill = ill || finding.health == Health::ill;
    const auto mark = finding.health == Health::well    ? paint(Colour::green, "✓")
                      : finding.health == Health::worse ? paint(Colour::yellow, "!")
                                                        : paint(Colour::red, "✗");
    fmt::print("  {} {}\n", mark, finding.what);
    if (!finding.remedy.empty()) fmt::print("      → {}\n", finding.remedy);
  }
  fmt::print("{}\n", ill ? "Something that a verdict needs is missing."
                         : "Everything that a verdict needs is here.");
  return ill ? exit_wrong : exit_right;
}

}  // namespace

void add_doctor(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("doctor", "Is everything here that a truthful verdict needs?");
  command->footer("Example:\n  promissory doctor");
  command->callback([&] { session.chosen = [&] { return doctor(session); }; });
}

}  // namespace promissory::grading
