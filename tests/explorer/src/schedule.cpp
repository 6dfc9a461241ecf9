#include "schedule.hpp"

#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <new>
#include <sstream>
#include <stdexcept>

#include "expectations.hpp"
#include "regions.hpp"
#include "world.hpp"

namespace promissory::explorer {
namespace {

[[noreturn]] void refuse(const char* what) {
  throw std::runtime_error(std::string("the explorer cannot ") + what + ": " +
                           std::strerror(errno));
}

/// One thread runs at a time: handing over to another core would only cost.
void stay_on_this_core() {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(sched_getcpu(), &only);
  sched_setaffinity(0, sizeof only, &only);
}

void become_a_child(int null) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(null, STDOUT_FILENO);
  dup2(null, STDERR_FILENO);
  stay_on_this_core();
}

/// What every child would do for the first time is done here, once: the loader looks up the
/// functions, the unwinder reads its tables. And the C library's malloc keeps to the one heap that
/// is there already.
void rehearse() {
  static bool is_done = false;
  if (is_done) return;
  is_done = true;
  mallopt(M_ARENA_MAX, 1);
  pthread_t thread{};
  const auto nothing = [](void*) -> void* { return nullptr; };
  if (world::real_thread(&thread, nullptr, nothing, nullptr) == 0) pthread_join(thread, nullptr);
  try {
    throw 0;
  } catch (int) {
  }
  std::ostringstream() << 1;
}

}  // namespace

ScheduleRunner::ScheduleRunner(const Options& options, const std::function<void()>& body)
    : options_(options), body_(body) {
  regions::reserve();
  rehearse();
  void* const shared = mmap(nullptr, sizeof(Record), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (shared == MAP_FAILED) refuse("reserve its memory");
  record_ = static_cast<Record*>(shared);
  std::fflush(nullptr);
  null_ = open("/dev/null", O_WRONLY | O_CLOEXEC);
  // Children that crash leave no core dumps.
  getrlimit(RLIMIT_CORE, &core_limit_);
  const rlimit none{0, core_limit_.rlim_max};
  setrlimit(RLIMIT_CORE, &none);
}

ScheduleRunner::~ScheduleRunner() {
  setrlimit(RLIMIT_CORE, &core_limit_);
  munmap(record_, sizeof(Record));
  close(null_);
}

void ScheduleRunner::suppress(Address pc) {
  Record& record = *record_;
  if (record.suppressions < static_cast<int>(std::size(record.suppressed))) {
    record.suppressed[record.suppressions++] = pc;
  }
}

void ScheduleRunner::prepare(const Recipe& recipe) {
  Record& record = *record_;
  record.strategy = recipe.strategy;
  record.seed = recipe.seed;
  record.schedule = recipe.schedule;
  record.forced = static_cast<int>(recipe.choices.size());
  std::copy(recipe.choices.begin(), recipe.choices.end(), record.choice);
  record.sleeping = recipe.sleeping;
  record.wants_detail = recipe.wants_detail;
  record.wants_leaks = options_.leaks;
  record.spurious = options_.spurious && recipe.strategy != Strategy::exhaustive;
  record.early_timeouts = options_.early_timeouts && recipe.strategy != Strategy::exhaustive;
  record.max_steps = options_.max_steps;
  record.watched = recipe.watched;

  static_cast<Ending&>(record) = Ending{};
  record.file[0] = '\0';
  record.summary[0] = '\0';
  record.outcome[0] = '\0';
}

const Record& ScheduleRunner::run(const Recipe& recipe) {
  prepare(recipe);
  // Without what fork() does for processes with threads: this one has none, and it would take as
  // long again.
  const pid_t child = _Fork();
  if (child < 0) refuse("start a child process");
  if (child == 0) {
    become_a_child(null_);
    world::run(*record_, body_, true);
    _exit(0);
  }
  wait_for(child);
  return *record_;
}

const Record& ScheduleRunner::run_here(const Recipe& recipe) {
  prepare(recipe);
  world::run(*record_, body_, false);
  return *record_;
}

void ScheduleRunner::wait_for(int child) {
  const int handle = static_cast<int>(syscall(SYS_pidfd_open, child, 0));
  pollfd ready{handle, POLLIN, 0};
  int seen = -1;
  const bool is_stuck = [&] {
    for (;;) {
      const int ended = poll(&ready, 1, static_cast<int>(options_.patience.count()));
      if (ended > 0) return false;
      if (ended < 0 && errno != EINTR) return false;
      if (ended < 0) continue;
      if (record_->steps == seen) return true;
      seen = record_->steps;
    }
  }();
  if (is_stuck) kill(child, SIGKILL);
  if (handle >= 0) close(handle);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (record_->end != End::running) return;
  record_->end = End::failed;
  record_->notes = 0;
  auto& summary = record_->summary;
  if (is_stuck) {
    record_->kind = Kind::stuck;
    std::snprintf(summary, sizeof summary,
                  "No step for %.0f seconds: an empty endless loop, or a system call that blocks "
                  "and that the explorer does not know.",
                  static_cast<double>(options_.patience.count()) / 1000);
  } else if (WIFSIGNALED(status)) {
    record_->kind = Kind::crash;
    std::snprintf(summary, sizeof summary, "%s%s.", strsignal(WTERMSIG(status)),
                  WTERMSIG(status) == SIGSEGV ? " (a stack overflow ends like this)" : "");
  } else {
    record_->kind = Kind::exited;
    std::snprintf(summary, sizeof summary, "The process ended with exit code %d.",
                  WEXITSTATUS(status));
  }
}

const char* name_of(Strategy strategy) {
  switch (strategy) {
    case Strategy::mix:
      return "mix";
    case Strategy::random:
      return "random";
    case Strategy::pct:
      return "pct";
    case Strategy::pos:
      return "pos";
    case Strategy::exhaustive:
      return "exhaustive";
  }
  return "?";
}

Strategy strategy_named(const std::string& name) {
  for (const Strategy strategy :
       {Strategy::mix, Strategy::random, Strategy::pct, Strategy::pos, Strategy::exhaustive}) {
    if (name == name_of(strategy)) return strategy;
  }
  throw std::invalid_argument("there is no strategy \"" + name +
                              "\": mix, random, pct, pos or exhaustive");
}

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::none:
      return "nothing";
    case Kind::expectation:
      return "expectation";
    case Kind::deadlock:
      return "deadlock";
    case Kind::blocked:
      return "blocked thread";
    case Kind::lock_order:
      return "lock order";
    case Kind::data_race:
      return "data race";
    case Kind::use_after_free:
      return "use after free";
    case Kind::double_free:
      return "double free";
    case Kind::out_of_bounds:
      return "out of bounds";
    case Kind::never_joined:
      return "thread never joined";
    case Kind::misuse:
      return "misuse";
    case Kind::leak:
      return "leak";
    case Kind::uncaught:
      return "uncaught exception";
    case Kind::exited:
      return "exit";
    case Kind::crash:
      return "crash";
    case Kind::livelock:
      return "livelock";
    case Kind::too_long:
      return "too many steps";
    case Kind::too_many_threads:
      return "too many threads";
    case Kind::stuck:
      return "stuck";
  }
  return "?";
}

}  // namespace promissory::explorer
