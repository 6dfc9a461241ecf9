#include "running/process.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <set>
#include <sstream>
#include <thread>

#include "scratch_folder.hpp"
#include "toy_files.hpp"

namespace promissory::grading {
namespace {
using namespace std::chrono_literals;

Command shell(const std::string& script) {
  return {.argv = {"sh", "-c", script}};
}

// A process that was killed may be a zombie until its new parent reaps it.
bool is_alive(pid_t process) {
  const auto stat = read_file("/proc/" + std::to_string(process) + "/stat");
  const auto name_end = stat.rfind(')');
  return name_end != std::string::npos && stat.at(name_end + 2) != 'Z';
}

void await_end_of(pid_t process) {
  const auto patience = std::chrono::steady_clock::now() + 1min;
  while (is_alive(process) && std::chrono::steady_clock::now() < patience) {
    std::this_thread::yield();
  }
  EXPECT_FALSE(is_alive(process));
}

TEST(Process, GivesExitCodeAndBothStreams) {
  const auto finished = run(shell("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(finished.exit_code, 3);
  EXPECT_EQ(finished.signal, 0);
  EXPECT_EQ(finished.out, "out\n");
  EXPECT_EQ(finished.err, "err\n");
  EXPECT_FALSE(finished.timed_out);
  EXPECT_FALSE(finished.output_cut);
}

TEST(Process, GivesTheSignalThatEndedIt) {
  const auto finished = run(shell("kill -SEGV $$"));
  EXPECT_EQ(finished.exit_code, -1);
  EXPECT_EQ(finished.signal, SIGSEGV);
}

// Two loops of a second each, on one processor: they take two, and neither is to blame. On a
// machine that has hardly a processor for either, patience ends at ten times the limit.
TEST(Process, TimeThatOthersTookIsNotItsOwn) {
  auto command = shell(
      "ulimit -t 1; on=$(taskset -cp $$ | sed 's/.*[ ,-]//'); taskset -cp $on $$ >/dev/null;"
      "(while :; do :; done) & (while :; do :; done) & wait");
  command.limit = 1500ms;
  const auto finished = run(command);
  EXPECT_GT(finished.wall_seconds, 1.9);
  EXPECT_EQ(finished.timed_out, finished.wall_seconds > 14.9) << finished.err;
}

TEST(Process, AMissingProgramIs127WithItsReason) {
  const auto finished = run({.argv = {"no-such-program"}});
  EXPECT_EQ(finished.exit_code, 127);
  EXPECT_EQ(finished.err, "no-such-program: No such file or directory");
}

TEST(Process, AMissingFolderIs127) {
  EXPECT_EQ(run({.argv = {"true"}, .folder = "/no/such/folder"}).exit_code, 127);
}

TEST(Process, SetsAndUnsetsTheEnvironment) {
  const auto finished = run({.argv = {"sh", "-c", "echo \"$GIVEN ${HOME-unset}\""},
                             .environment = {"GIVEN=a=b", "HOME"}});
  EXPECT_EQ(finished.out, "a=b unset\n");
}

TEST(Process, RunsInItsFolderWithoutInput) {
  const ScratchFolder scratch;
  const auto finished = run({.argv = {"sh", "-c", "pwd; cat"}, .folder = scratch.path()});
  EXPECT_EQ(finished.out, scratch.path().string() + "\n");
}

TEST(Process, KeepsTheBeginningOfTooMuchOutput) {
  const auto finished = run({.argv = {"sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x; exit 5"},
                             .output_limit = 1000});
  EXPECT_EQ(finished.out, std::string(1000, 'x'));
  EXPECT_TRUE(finished.output_cut);
  EXPECT_EQ(finished.exit_code, 5);
}

TEST(Process, EndlessOutputEndsAtTheTimeLimit) {
  const auto finished = run({.argv = {"yes"}, .limit = 300ms, .output_limit = 1000});
  EXPECT_TRUE(finished.timed_out);
  EXPECT_EQ(finished.out.size(), 1000U);
}

TEST(Process, TheTimeLimitKillsTheWholeGroup) {
  const ScratchFolder scratch;
  const auto file = (scratch.path() / "grandchild").string();
  const auto finished = run({.argv = {"sh", "-c",
                                      "trap '' TERM INT; sh -c 'trap \"\" TERM; echo $$ > \"$0\"; "
                                      "while :; do :; done' " +
                                          file + " & wait"},
                             .limit = 2s});
  EXPECT_TRUE(finished.timed_out);
  EXPECT_EQ(finished.signal, SIGKILL);
  await_end_of(std::stoi(read_file(file)));
}

TEST(Process, WhatIsLeftBehindInTheGroupIsKilledAtTheEnd) {
  const auto finished = run(shell("sh -c 'while :; do :; done' & echo $!"));
  EXPECT_EQ(finished.exit_code, 0);
  EXPECT_FALSE(finished.timed_out);
  await_end_of(std::stoi(finished.out));
}

TEST(Process, SomebodyWhoLeftTheGroupAndWritesForEverDoesNotHoldItUp) {
  const auto finished = run({.argv = {"sh", "-c", "setsid sh -c 'echo $$ >&2; exec yes' & read x"},
                             .limit = 10min,
                             .output_limit = 1000});
  EXPECT_EQ(finished.exit_code, 1);
  const auto lines = finished.err.substr(0, finished.err.find('\n'));
  if (!lines.empty()) ::kill(std::stoi(lines), SIGKILL);
}

TEST(Process, AFileGrowsNoFurtherThanItMay) {
  const ScratchFolder scratch;
  const auto finished = run({.argv = {"sh", "-c", "exec dd if=/dev/zero of=big bs=1024 count=100"},
                             .folder = scratch.path(),
                             .file_size_limit = 10 * 1024});
  EXPECT_EQ(finished.signal, SIGXFSZ);
  EXPECT_EQ(std::filesystem::file_size(scratch.path() / "big"), 10U * 1024);
}

TEST(Process, MemoryGrowsNoFurtherThanItMay) {
  const auto finished = run({.argv = {"dd", "if=/dev/zero", "of=/dev/null", "bs=512M", "count=1"},
                             .memory_limit = std::size_t{256} << 20});
  EXPECT_NE(finished.exit_code, 0);
}

TEST(Process, CountsProcessorTime) {
  const auto finished = run(shell("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"));
  EXPECT_GT(finished.cpu_seconds, 0);
  EXPECT_GT(finished.wall_seconds, 0);
}

TEST(Process, ManyAtOnceKeepTheirOutputsApart) {
  std::vector<std::jthread> threads;
  std::array<std::string, 16> outputs;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    threads.emplace_back([&, i] { outputs[i] = run({.argv = {"echo", std::to_string(i)}}).out; });
  }
  threads.clear();
  for (std::size_t i = 0; i < outputs.size(); ++i) EXPECT_EQ(outputs[i], std::to_string(i) + "\n");
}

TEST(Process, NothingLeaksIntoTheChild) {
  const auto finished = run(shell("ls /proc/self/fd"));
  std::istringstream in(finished.out);
  std::set<int> open;
  for (int fd = 0; in >> fd;) open.insert(fd);
  // Beside the three streams ls itself has the folder open.
  EXPECT_LE(open.size(), 4U) << finished.out;
}

TEST(Process, CtrlCEndsTheChildAndThrows) {
  const ScratchFolder scratch;
  const auto file = (scratch.path() / "child").string();
  // In a process of its own, since the interruption stays seen for good.
  const pid_t child = ::fork();
  if (child == 0) {
    catch_interrupts();
    std::jthread killer([&] {
      while (read_file(file).find('\n') == std::string::npos) std::this_thread::yield();
      ::kill(::getpid(), SIGINT);
    });
    int code = 1;
    try {
      run(shell("echo $$ > " + file + "; trap '' INT; while :; do :; done"));
    } catch (const Interrupted&) {
      code = interrupted() ? 42 : 2;
    }
    killer.join();
    ::_exit(code);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 42);
  await_end_of(std::stoi(read_file(file)));
}

}  // namespace
}  // namespace promissory::grading
