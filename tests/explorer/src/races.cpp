#include "races.hpp"

#include <bit>
#include <cstring>

#include "heap.hpp"
#include "real.hpp"
#include "regions.hpp"
#include "world.hpp"
#include "zeroed.hpp"

namespace promissory::explorer::races {
namespace {

/// One remembered access to some of the eight bytes of a word.
struct Cell {
  std::uint32_t time = 0;
  std::uint8_t thread_plus_one = 0;
  std::uint8_t bytes = 0;
  How how = How::read;
  std::uint8_t touched = 0;
  Address pc = 0;
};

constexpr int cells_a_word = 4;
struct Word {
  Cell cell[cells_a_word];
};
static_assert(sizeof(Word) == 64);

constexpr Address page_size = 4096;
constexpr std::size_t page_limit = regions::elsewhere_size / (page_size * 8);

/// The shadow of what lies outside of the explorer's own regions: globals, the parent's heap.
Zeroed<Address, page_limit * 2> page_number;
Zeroed<std::uint16_t, page_limit * 2> page_shadow;
std::size_t pages = 0;

Word& elsewhere(Address address) {
  const Address number = address / page_size;
  for (Address slot = number;; ++slot) {
    const auto at = slot & (page_limit * 2 - 1);
    if (page_number[at] == 0) {
      if (pages == page_limit) world::fail(Kind::too_long, "The body touches too much memory.");
      page_number[at] = number;
      page_shadow[at] = static_cast<std::uint16_t>(pages++);
    }
    if (page_number[at] == number) {
      auto* const words = reinterpret_cast<Word*>(regions::elsewhere_start);
      return words[page_shadow[at] * (page_size / 8) + address % page_size / 8];
    }
  }
}

bool is_write(How how) {
  return how == How::write || how == How::atomic_write;
}
bool is_atomic(How how) {
  return how == How::atomic_read || how == How::atomic_write || how == How::use;
}

Word& word_of(Address address) {
  if (regions::in_region(address)) [[likely]] {
    return reinterpret_cast<Word*>(regions::shadow_start)[(address - regions::start_address) >> 3];
  }
  return elsewhere(address);
}

bool is_suppressed(Address pc) {
  const Record& record = *world::record;
  for (int i = 0; i < record.suppressions; ++i) {
    if (record.suppressed[i] == pc) return true;
  }
  return false;
}

const char* verb(How how) {
  switch (how) {
    case How::read:
      return "reads";
    case How::write:
      return "writes";
    case How::atomic_read:
      return "reads (atomically)";
    case How::atomic_write:
      return "writes (atomically)";
    default:
      return "uses";
  }
}

// In the detailed run, where the first of the two stood.
Stack watched;

[[noreturn]] void found(Address address, std::size_t size, Address pc, How how,
                        const Cell& before) {
  Record& record = *world::record;
  const int other = before.thread_plus_one - 1;
  record.racing = {.address = address & ~Address{7}, .pc = before.pc, .thread = other};
  record.notes = 0;
  note_access(self->id, world::stack_here(pc), how, size);
  constexpr const char* unordered = ", and nothing orders the two";
  const auto earlier_size = static_cast<std::size_t>(std::popcount(before.bytes));
  const Stack earlier = watched.frames > 0 ? watched : Stack{1, {before.pc - 1}};
  note_access(other, earlier, before.how, earlier_size, unordered);
  if (regions::in_heap(address)) heap::note_block(address);
  world::fail(Kind::data_race,
              "T%d and T%d touch the same memory at the same time, and one of them writes.", other,
              self->id);
}

void access_word(Address address, std::size_t size, Address pc, How how) {
  Word& word = word_of(address);
  // A page that is read before it is written costs two faults instead of one.
  const_cast<volatile std::uint8_t&>(word.cell[0].touched) = 0;
  Thread& thread = *self;
  const auto bytes = static_cast<std::uint8_t>(((1U << size) - 1) << (address & 7));
  const auto me = static_cast<std::uint8_t>(thread.id + 1);
  const std::uint32_t time = thread.clock.at[thread.id];
  int free_cell = -1;
  for (int i = 0; i < cells_a_word; ++i) {
    Cell& cell = word.cell[i];
    if (cell.thread_plus_one == 0) {
      if (free_cell < 0) free_cell = i;
      continue;
    }
    if ((cell.bytes & bytes) == 0) continue;
    const bool is_mine = cell.thread_plus_one == me;
    if (is_mine && cell.bytes == bytes && cell.how == how && cell.time == time) return;
    const bool is_ordered = is_mine || cell.time <= thread.clock.at[cell.thread_plus_one - 1];
    if (!is_ordered && (is_write(cell.how) || is_write(how)) &&
        !(is_atomic(cell.how) && is_atomic(how)) && !is_suppressed(pc) && !is_suppressed(cell.pc)) {
      found(address, size, pc, how, cell);
    }
    // Whoever races with the older one races with this one too.
    const bool says_less = is_ordered && (cell.bytes & ~bytes) == 0 &&
                           (is_write(how) || !is_write(cell.how)) &&
                           (!is_atomic(how) || is_atomic(cell.how));
    if (says_less) {
      if (free_cell < 0 || word.cell[free_cell].thread_plus_one == 0) free_cell = i;
      cell.thread_plus_one = 0;
    }
  }
  if (free_cell < 0) free_cell = static_cast<int>(time) & (cells_a_word - 1);
  word.cell[free_cell] = {
      .time = time, .thread_plus_one = me, .bytes = bytes, .how = how, .pc = pc};
}

}  // namespace

void note_access(int thread, const Stack& stack, How how, std::size_t size, const char* more) {
  if (how == How::use) {
    world::note(thread, stack, "uses a lock, condition variable or semaphore%s", more);
  } else {
    world::note(thread, stack, "%s %zu byte%s%s", verb(how), size, size == 1 ? "" : "s", more);
  }
}

void access(Address address, std::size_t size, Address pc, How how) {
  if (size == 0) return;
  const Record& record = *world::record;
  if (regions::in_heap(address)) heap::check(address, size, pc, how);
  if (record.wants_detail && record.watched.thread == self->id && record.watched.pc == pc &&
      address <= record.watched.address + 7 && record.watched.address < address + size) {
    watched = world::stack_here();
  }
  Address at = address;
  std::size_t left = size;
  while (left > 0) {
    const std::size_t here = 8 - (at & 7) < left ? 8 - (at & 7) : left;
    access_word(at, here, pc, how);
    at += here;
    left -= here;
  }
}

}  // namespace promissory::explorer::races
