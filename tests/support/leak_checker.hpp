// What a test starts, it ends: threads, promises, memory. In the manner of uber-go/goleak.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "support/threads.hpp"

namespace promissory::support {

/// Compares the end of each test with its start and fails the test for what is left over after a
/// grace: threads, promises in the ledger that are neither kept nor broken, and (linked with the
/// leak sanitizer) unreachable memory. In a test that has failed anyway leftovers are told on the
/// side. Append it last: GoogleTest asks listeners in reverse order when a test ends.
class LeakChecker : public testing::EmptyTestEventListener {
 public:
  void OnTestStart(const testing::TestInfo& test) override;
  void OnTestEnd(const testing::TestInfo& test) override;

 private:
  void check(const testing::TestInfo& test);

  std::optional<std::vector<Thread>> baseline_;
  bool has_leaked_threads_ = false;
};

/// Up to `count` more threads may outlive their tests, in the whole run: helpers that the code
/// under test keeps until the process ends, as a timer thread that all futures share. Call it in
/// the test, before the thread is started.
void allow_lasting_threads(int count);

}  // namespace promissory::support
