// A test that starts itself once more, in a process that may be killed.
//
//   TEST(Ledger, SurvivesAKill) {
//     if (const auto order = order_for_this_life()) {
//       work_until_killed(*order);   // tell_parent("I have got so far");
//       end_this_life();
//     }
//     const Life life = run_another_life("die at the third write");
//     EXPECT_EQ(life.signal, SIGKILL);
//   }
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace promissory::support {

/// How another life of this test ended, and what it had said until then.
struct Life {
  std::vector<std::string> said;
  int signal = 0;      // that ended it; 0 for none
  int exit_code = -1;  // -1 when a signal ended it
};

/// Starts this very program for this very test in a process of its own, and waits for its end. It
/// dies with this process, however that dies. The limit of the watchdog begins anew afterwards.
/// @throws std::system_error when no process can be started
Life run_another_life(const std::string& order);

/// @return what run_another_life() was called with, when this is such a life
std::optional<std::string> order_for_this_life();

/// Says one line. It has arrived when this returns, whatever happens to this process.
void tell_parent(const std::string& line);

/// Ends this life at once with success: nothing that runs or is open is waited for.
[[noreturn]] void end_this_life();

/// Ends this life by SIGKILL.
[[noreturn]] void kill_this_life();

}  // namespace promissory::support
