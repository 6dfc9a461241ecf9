// Which promises has a test seen opened, and were they kept?
#pragma once

#include <atomic>
#include <functional>
#include <source_location>
#include <string>
#include <vector>

namespace promissory::support {

struct LedgerSlot;

/// One promise that is to be kept or broken before its test ends. Build one into the promise, or
/// stand it beside. Destroyed unsettled, or open at the end of its test, it fails the test.
///
/// Thread-safe. Every operation is relaxed: bookkeeping that ordered the threads would hide from
/// TSan exactly the races that are looked for.
class LedgerEntry {
 public:
  /// @param label a string that lives as long as the program
  explicit LedgerEntry(const char* label,
                       std::source_location where = std::source_location::current());
  LedgerEntry(const LedgerEntry&) = delete;
  LedgerEntry& operator=(const LedgerEntry&) = delete;
  ~LedgerEntry();

  /// The promise was kept or broken. More than once is as good as once.
  void settled() noexcept;

  /// Somebody waits for the promise as long as this lives.
  class Waiter {
   public:
    explicit Waiter(LedgerEntry& entry);
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    ~Waiter();

   private:
    LedgerSlot* slot_;
  };

 private:
  LedgerSlot* slot_;
};

/// Asks at the end of its scope whether a promise is settled, for up to the leak checker's grace;
/// the test fails if it is not. Only for the main thread; see expect_settled().
class [[nodiscard]] SettledExpectation {
 public:
  SettledExpectation(const char* label, std::function<bool()> is_settled,
                     std::function<int()> count_waiters, std::source_location where);
  SettledExpectation(const SettledExpectation&) = delete;
  SettledExpectation& operator=(const SettledExpectation&) = delete;
  ~SettledExpectation();

 private:
  const char* label_;
  std::function<bool()> is_settled_;
  std::function<int()> count_waiters_;
  std::source_location where_;
  int exceptions_at_start_;
};

/// For promises that have no entry of their own:
///
///     Promise<int> promise;
///     const auto kept = expect_settled("the answer", [&] { return promise.ready(); });
///
/// Declare it after what it asks about, so that it is asked while that is still alive. An exception
/// of a closure counts as "not settled".
/// @param label a string that lives as long as the program
/// @param count_waiters how many threads wait for the promise; may be left out
inline SettledExpectation expect_settled(
    const char* label, std::function<bool()> is_settled,
    std::function<int()> count_waiters = nullptr,
    std::source_location where = std::source_location::current()) {
  return {label, std::move(is_settled), std::move(count_waiters), where};
}

/// A promise of the running test as the ledger sees it.
struct LedgerLine {
  std::string label;
  std::string file;
  unsigned line = 0;
  int waiters = 0;
  bool is_settled = false;
  bool is_gone = false;  // destroyed unsettled

  /// @return one sentence with label and waiters, without the place
  std::string sentence() const;
};

/// Forgets the promises of earlier tests.
void open_ledger_for_test();

/// @return the promises of the running test: all of the unsettled, and the settled that are still
/// waited for
std::vector<LedgerLine> open_ledger_lines();

}  // namespace promissory::support
