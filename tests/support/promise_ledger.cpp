#include "support/promise_ledger.hpp"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <exception>
#include <span>
#include <utility>

#include "support/leak_grace.hpp"

namespace promissory::support {

enum class SlotState : int { unused, taken, open, settled, gone };

// Every member is an atomic and every slot lives for ever: the leak checker and the watchdog may
// look at any time and see, at worst, a promise half entered in the books.
struct LedgerSlot {
  std::atomic<SlotState> state{SlotState::unused};
  std::atomic<unsigned> test{0};
  std::atomic<const char*> label{nullptr};
  std::atomic<const char*> file{nullptr};
  std::atomic<unsigned> line{0};
  std::atomic<int> waiters{0};
};

namespace {

constexpr auto relaxed = std::memory_order_relaxed;
constexpr unsigned slot_count = 1U << 15U;

constinit std::array<LedgerSlot, slot_count> slots;
constinit std::atomic<unsigned> next_slot{0};
constinit std::atomic<unsigned> current_test{0};

/// @return null when all slots are taken: then the promise is not watched
LedgerSlot* take_slot(const char* label, const std::source_location& where) {
  for (unsigned tries = 0; tries < slot_count; ++tries) {
    LedgerSlot& slot = slots[next_slot.fetch_add(1, relaxed) % slot_count];
    SlotState expected = SlotState::unused;
    if (!slot.state.compare_exchange_strong(expected, SlotState::taken, relaxed)) continue;
    slot.test.store(current_test.load(relaxed), relaxed);
    slot.label.store(label, relaxed);
    slot.file.store(where.file_name(), relaxed);
    slot.line.store(where.line(), relaxed);
    slot.waiters.store(0, relaxed);
    slot.state.store(SlotState::open, relaxed);
    return &slot;
  }
  return nullptr;
}

// The slots are taken in turn: most programs need few of them.
std::span<LedgerSlot> used_slots() {
  return std::span(slots).first(std::min(next_slot.load(relaxed), slot_count));
}

void nap() {
  const timespec moment{0, 1'000'000};
  syscall(SYS_nanosleep, &moment, nullptr);
}

bool is_true(const std::function<bool()>& question) {
  try {
    return question();
  } catch (...) {
    return false;
  }
}

int answer_of(const std::function<int()>& question) {
  try {
    return question ? question() : 0;
  } catch (...) {
    return 0;
  }
}

}  // namespace

LedgerEntry::LedgerEntry(const char* label, std::source_location where)
    : slot_(take_slot(label, where)) {}

LedgerEntry::~LedgerEntry() {
  if (slot_ == nullptr) return;
  const bool is_settled = slot_->state.load(relaxed) == SlotState::settled;
  slot_->state.store(is_settled ? SlotState::unused : SlotState::gone, relaxed);
}

void LedgerEntry::settled() noexcept {
  if (slot_ != nullptr) slot_->state.store(SlotState::settled, relaxed);
}

LedgerEntry::Waiter::Waiter(LedgerEntry& entry) : slot_(entry.slot_) {
  if (slot_ != nullptr) slot_->waiters.fetch_add(1, relaxed);
}

LedgerEntry::Waiter::~Waiter() {
  if (slot_ != nullptr) slot_->waiters.fetch_sub(1, relaxed);
}

SettledExpectation::SettledExpectation(const char* label, std::function<bool()> is_settled,
                                       std::function<int()> count_waiters,
                                       std::source_location where)
    : label_(label),
      is_settled_(std::move(is_settled)),
      count_waiters_(std::move(count_waiters)),
      where_(where),
      exceptions_at_start_(std::uncaught_exceptions()) {}

SettledExpectation::~SettledExpectation() {
  const bool has_failed =
      std::uncaught_exceptions() > exceptions_at_start_ || testing::Test::HasFailure();
  const auto end = std::chrono::steady_clock::now() + leak_grace();
  while (!is_true(is_settled_)) {
    if (!has_failed && std::chrono::steady_clock::now() < end) {
      nap();
      continue;
    }
    if (LedgerSlot* slot = take_slot(label_, where_)) {
      slot->waiters.store(answer_of(count_waiters_), relaxed);
      slot->state.store(SlotState::gone, relaxed);
    }
    return;
  }
}

std::string LedgerLine::sentence() const {
  std::string text = "The promise \"" + label + "\" was ";
  text += is_settled ? "settled, and still " : "neither kept nor broken; ";
  if (waiters == 0) return text + "nobody waits for it.";
  return text + std::to_string(waiters) + (waiters == 1 ? " thread waits" : " threads wait") +
         " for it.";
}

void open_ledger_for_test() {
  current_test.fetch_add(1, relaxed);
  for (LedgerSlot& slot : used_slots()) {
    if (slot.state.load(relaxed) == SlotState::gone) {
      slot.state.store(SlotState::unused, relaxed);
    }
  }
}

std::vector<LedgerLine> open_ledger_lines() {
  std::vector<LedgerLine> lines;
  for (const LedgerSlot& slot : used_slots()) {
    const SlotState state = slot.state.load(relaxed);
    const char* label = slot.label.load(relaxed);
    const char* file = slot.file.load(relaxed);
    if (state == SlotState::unused || state == SlotState::taken) continue;
    if (slot.test.load(relaxed) != current_test.load(relaxed)) continue;
    if (label == nullptr || file == nullptr) continue;
    const int waiters = slot.waiters.load(relaxed);
    const bool is_settled = state == SlotState::settled;
    if (is_settled && waiters == 0) continue;
    lines.push_back(
        {label, file, slot.line.load(relaxed), waiters, is_settled, state == SlotState::gone});
  }
  return lines;
}

}  // namespace promissory::support
