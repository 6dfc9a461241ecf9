// Runs one piece of ordinary C++ under many chosen interleavings and shows the one that breaks it.
//
//   TEST(Queue, DeliversWhatWasPut) {
//     EXPLORE({.schedules = 1000}) {
//       Queue queue;
//       std::jthread producer([&] { queue.put(1); });
//       EXPECT_EQ(queue.take(), 1);
//     };
//   }
//
// The code is compiled with -fsanitize=thread and linked against this library instead of libtsan.
// README.md beside this file says what the explorer sees and what it cannot see.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace promissory::explorer {

/// How the next thread is chosen.
enum class Strategy {
  mix,     ///< random walk, PCT and POS in turn: the default, and the best when you know nothing
  random,  ///< any runnable thread, each as likely as the other
  pct,     ///< priorities with a few random change points (Burckhardt et al., ASPLOS 2010)
  pos,     ///< a random priority for every pending operation (Yuan et al., CAV 2018)
  exhaustive,  ///< depth-first over every order of dependent operations (sleep sets)
};

struct Options {
  /// At most so many schedules; an exhaustive search may end earlier, having seen all.
  int schedules = 1000;
  Strategy strategy = Strategy::mix;
  /// The same seed gives the same schedules, on every machine.
  std::uint64_t seed = 1;
  /// Exhaustive only: no schedule with more than so many preemptions; -1 for no bound. A bound
  /// switches sleep sets off, which are not sound under it.
  int preemptions = -1;
  /// Exhaustive only: off for a plain search, which visits equivalent orders again and again.
  bool sleep_sets = true;
  /// A schedule with more steps has failed: a livelock, or a body that is too long.
  int max_steps = 20'000;
  /// Condition variables may wake without a reason and weak compare-exchanges may fail, as the
  /// standard allows. Never in an exhaustive search.
  bool spurious = true;
  /// A timed wait may time out although others can still run, as on a machine that is overloaded.
  /// Otherwise time stands still until nobody can run.
  bool early_timeouts = false;
  /// Report memory that is lost in some schedules and not in others.
  bool leaks = true;
  /// Look for the failing schedule with the fewest preemptions before reporting one.
  bool simplify = true;
  /// A schedule that makes no step for so long is stuck where the explorer cannot see, in a
  /// blocking system call or an empty loop. Real time, generous.
  std::chrono::milliseconds patience{20'000};
};

/// A place in a source file.
struct Frame {
  std::string function{};
  std::string file{};
  int line = 0;
};

/// One step of the failing schedule.
struct Step {
  int number = 0;              ///< counted from 1 over all steps, shown or not
  int thread = 0;              ///< T0 is the body itself
  std::string action{};        ///< "lock M1", "cv.notify_one C1 -> T2"
  std::string value{};         ///< what an atomic read or wrote, "0 -> 1"; empty for other steps
  std::string object{};        ///< "M1"; empty when there is none
  int target = -1;             ///< the thread that this step woke, started or joined; -1 for none
  int read_from = -1;          ///< the number of the step whose value this step read; -1 for none
  bool matters = true;         ///< is it shown unless all steps are asked for?
  std::vector<Frame> stack{};  ///< innermost first; the learner's own frames
};

/// A sentence about the failure and the place it speaks of.
struct Note {
  int thread = -1;
  std::string text{};
  std::vector<Frame> stack{};
};

struct Failure {
  std::string kind;     ///< "deadlock", "data race", "expectation" …
  std::string summary;  ///< one sentence
  std::vector<Note> notes;
  std::vector<Step> steps;
  int schedule = 0;     ///< which one it was, from 0
  int preemptions = 0;  ///< of the schedule that is shown
  std::string replay;   ///< "mix:1:37", to be given to PROMISSORY_EXPLORE_REPLAY
  std::string file;     ///< of a failed expectation: where it stands
  int line = 0;
  std::string text;  ///< the whole report
};

struct Result {
  int schedules = 0;  ///< run, simplification not counted
  long steps = 0;     ///< in all of them
  bool exhausted =
      false;  ///< every interleaving has been seen; only an exhaustive search can say so
  std::string why_not_exhausted;  ///< for an exhaustive search that cannot say so
  std::optional<Failure> failure;
};

/// Runs `body` under chosen interleavings, each in a child process that starts from the state of
/// this one. Not reentrant; call it from the thread that runs the test, while no other thread
/// lives. Throws std::runtime_error when a child cannot be started.
Result explore(const Options& options, const std::function<void()>& body);

/// Called in the body, records an outcome of this schedule; `outcomes_of` collects them.
void outcome(const std::string& text);

/// The distinct outcomes over all schedules, sorted. A failure ends the search as always and is
/// given in `result` when that is not null.
std::vector<std::string> outcomes_of(const Options& options, const std::function<void()>& body,
                                     Result* result = nullptr);

/// "T0 T1 T0 …": the thread of every step of one schedule (0 is the first). For tests of the
/// explorer.
std::string schedule_of(const Options& options, int schedule, const std::function<void()>& body);

/// Is this code running under the explorer?
bool exploring();

namespace detail {

/// Runs the body that follows it and turns a failure into a GoogleTest failure.
struct Expectation {
  const char* file;
  int line;
  Options options;
  void operator+(const std::function<void()>& body) const;
};

}  // namespace detail
}  // namespace promissory::explorer

/// EXPLORE({.schedules = 1000}) { the body };   `EXPLORE({})` takes the defaults. The body sees the
/// variables around it; what it changes in them is gone afterwards, for it runs in a child process.
#define EXPLORE(...)                                                                         \
  ::promissory::explorer::detail::Expectation{__FILE__, __LINE__,                            \
                                              ::promissory::explorer::Options __VA_ARGS__} + \
      [&]() -> void
