// The same seed gives the same schedules and the same reports: in another process, in another
// folder, with another environment, wherever the system puts the program.
#include <gtest/gtest.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include "corpus.hpp"

namespace promissory::explorer {
namespace {

constexpr const char* into_setting = "PROMISSORY_DETERMINISM_INTO";

/// A schedule of each strategy for every seventh right program, and the report about every third
/// wrong one.
std::string everything() {
  std::string text;
  int number = 0;
  for (const corpus::Program& program : corpus::right_programs()) {
    if (++number % 7 != 0) continue;
    text += std::string(program.name) + "\n";
    for (const int schedule : {0, 1, 2}) {
      text += schedule_of(program.options, schedule, program.body) + "\n";
    }
  }
  for (const corpus::Program& program : corpus::wrong_programs()) {
    if (++number % 3 != 0) continue;
    const Result result = explore(program.options, program.body);
    text += std::string(program.name) + "\n";
    text += result.failure ? result.failure->text : "not found\n";
  }
  return text;
}

/// Run by the tests below in a process of its own.
TEST(Determinism, DISABLED_Child) {
  const char* const into = std::getenv(into_setting);
  ASSERT_NE(into, nullptr);
  std::ofstream(into) << everything();
}

std::string in_another_process(const std::function<void()>& prepare) {
  const std::filesystem::path into =
      std::filesystem::temp_directory_path() / ("determinism." + std::to_string(getpid()));
  const std::string self = std::filesystem::read_symlink("/proc/self/exe");
  const pid_t child = fork();
  if (child == 0) {
    setenv(into_setting, into.c_str(), 1);
    prepare();
    execl(self.c_str(), self.c_str(), "--gtest_also_run_disabled_tests", "--gtest_brief=1",
          "--gtest_filter=Determinism.DISABLED_Child", nullptr);
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  std::ifstream in(into);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  std::filesystem::remove(into);
  EXPECT_GT(text.size(), 10'000U);
  return text;
}

/// Made once: the tests compare with it.
const std::string& usual() {
  static const std::string text = in_another_process([] {});
  return text;
}

TEST(Determinism, InThisProcess) {
  EXPECT_EQ(everything(), usual());
  EXPECT_EQ(usual().find("did not fail in the same way"), std::string::npos);
}

TEST(Determinism, InAnotherFolder) {
  EXPECT_EQ(in_another_process([] {
              if (chdir("/") != 0) _exit(126);
            }),
            usual());
}

TEST(Determinism, InAnotherEnvironment) {
  EXPECT_EQ(in_another_process([] {
              setenv("PROMISSORY_BALLAST", std::string(10'000, 'x').c_str(), 1);
              setenv("TZ", "Asia/Tokyo", 1);
            }),
            usual());
}

TEST(Determinism, WithoutRandomAddresses) {
  EXPECT_EQ(in_another_process([] {
              if (personality(ADDR_NO_RANDOMIZE) < 0) _exit(126);
            }),
            usual());
}

TEST(Determinism, WithAnotherSeedItIsAnother) {
  const corpus::Program program = corpus::right_programs().front();
  Options options = program.options;
  const std::string first = schedule_of(options, 0, program.body);
  options.seed = 2;
  EXPECT_NE(schedule_of(options, 0, program.body), first);
}

}  // namespace
}  // namespace promissory::explorer
