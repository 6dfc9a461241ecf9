#include "heap.hpp"

#include <algorithm>
#include <cstring>

#include "real.hpp"
#include "world.hpp"
#include "zeroed.hpp"

namespace promissory::explorer::heap {
namespace {

struct Block {
  Address start;
  std::size_t size;
  Address allocated_at;
  std::int16_t allocated_by;
  std::int16_t freed_by;
  bool is_free;
};

struct Stacks {
  Stack allocated;
  Stack freed;
};

constexpr int block_limit = 1 << 18;
constexpr std::size_t red_zone = 16;
/// What is larger is not filled with a pattern: the pages would have to be there.
constexpr std::size_t filled_size = 4096;

Zeroed<Block, block_limit> block;
Stacks* stacks = nullptr;
int blocks = 0;
Address top = 0;

std::uint32_t& block_of(Address address) {
  return reinterpret_cast<std::uint32_t*>(block_table)[(address - regions::heap_start) >> 4];
}

void fill(Address start, std::size_t size, unsigned char pattern) {
  if (size <= filled_size) {
    volatile unsigned char* byte = reinterpret_cast<volatile unsigned char*>(start);
    for (std::size_t i = 0; i < size; ++i) byte[i] = pattern;
  }
}

}  // namespace

void begin() {
  blocks = 0;
  top = regions::heap_start + red_zone;
  if (world::record->wants_detail) {
    stacks =
        static_cast<Stacks*>(std::calloc(static_cast<std::size_t>(block_limit), sizeof(Stacks)));
  }
}

void* allocate(std::size_t size, std::size_t alignment, Address site) {
  const Address start = (top + alignment - 1) & ~(static_cast<Address>(alignment) - 1);
  const std::size_t rounded = (std::max<std::size_t>(size, 1) + 15) & ~std::size_t{15};
  if (rounded < size || start + rounded + red_zone > regions::heap_start + regions::heap_size) {
    return nullptr;
  }
  if (blocks + 1 >= block_limit) {
    world::fail(Kind::too_long, "The body allocates more than %d blocks.", block_limit);
  }
  const int number = ++blocks;
  block[number] = {.start = start,
                   .size = size,
                   .allocated_at = site,
                   .allocated_by = static_cast<std::int16_t>(self->id),
                   .freed_by = -1,
                   .is_free = false};
  if (stacks != nullptr) {
    stacks[number].allocated = world::stack_here();
  }
  for (Address at = start; at < start + rounded; at += 16) {
    block_of(at) = static_cast<std::uint32_t>(number);
  }
  top = start + rounded + red_zone;
  fill(start, size, 0xbe);
  return reinterpret_cast<void*>(start);
}

void free(void* memory, Address site) {
  const auto start = reinterpret_cast<Address>(memory);
  const std::uint32_t number = block_of(start);
  Block& freed = block[number];
  if (number == 0 || freed.start != start) {
    world::note_here("frees it here");
    world::fail(Kind::misuse, "Memory is freed that does not begin where it was allocated.");
  }
  if (freed.is_free) {
    world::note_here("frees %zu bytes a second time", freed.size);
    note_block(start);
    world::fail(Kind::double_free, "Memory is freed twice.");
  }
  // Freeing is a write to all of it: whoever reads it unordered is in a race.
  const std::size_t looked_at = std::min<std::size_t>(freed.size, filled_size);
  races::access(start, looked_at, site, races::How::write);
  freed.is_free = true;
  freed.freed_by = static_cast<std::int16_t>(self->id);
  if (stacks != nullptr) stacks[number].freed = world::stack_here();
  fill(start, freed.size, 0xdd);
}

std::size_t size_of(const void* memory) {
  return block[block_of(reinterpret_cast<Address>(memory))].size;
}

void note_block(Address address) {
  const std::uint32_t number = block_of(address);
  if (number == 0) return;
  const Block& it = block[number];
  if (stacks == nullptr) return;
  if (it.is_free) {
    world::note(it.freed_by, stacks[number].freed, "freed it before");
  }
  world::note(it.allocated_by, stacks[number].allocated, "allocated it, %zu bytes", it.size);
}

void check(Address address, std::size_t size, Address pc, races::How how) {
  const std::uint32_t number = block_of(address);
  const Block& it = block[number];
  const bool is_inside = number != 0 && address + size <= it.start + it.size;
  if (is_inside && !it.is_free) [[likely]]
    return;
  world::record->notes = 0;
  races::note_access(self->id, world::stack_here(pc), how, size);
  note_block(address);
  if (number != 0 && it.is_free) {
    world::fail(Kind::use_after_free, "Memory is used after it was freed.");
  }
  world::fail(Kind::out_of_bounds, "Memory is used that lies outside of what was allocated.");
}

void report_leaks() {
  for (int number = 1; number <= blocks; ++number) {
    const Block& it = block[number];
    if (it.is_free) continue;
    Record& record = *world::record;
    int at = 0;
    while (at < record.leaks && record.leak[at].site != it.allocated_at) ++at;
    if (at == leak_limit) return;
    if (at == record.leaks) record.leak[record.leaks++] = {.site = it.allocated_at};
    ++record.leak[at].blocks;
  }
}

void show_leaks_of(Address site) {
  world::record->notes = 0;
  for (int number = 1; number <= blocks; ++number) {
    const Block& it = block[number];
    if (it.is_free || it.allocated_at != site) continue;
    world::note(it.allocated_by, stacks[number].allocated, "allocated %zu bytes that nobody freed",
                it.size);
  }
  if (world::record->notes == 0) return;
  world::fail(Kind::leak, "Memory is lost here and not in every schedule.");
}

}  // namespace promissory::explorer::heap
