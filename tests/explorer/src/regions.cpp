#include "regions.hpp"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

#include "heap.hpp"

namespace promissory::explorer::regions {
namespace {

void reserve_at(Address start, Address size) {
  void* const wanted = reinterpret_cast<void*>(start);
  void* const got = mmap(wanted, size, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (got != wanted) {
    throw std::runtime_error(std::string("the explorer cannot reserve its memory: ") +
                             std::strerror(errno));
  }
}

}  // namespace

void reserve() {
  static bool is_reserved = false;
  if (is_reserved) return;
  reserve_at(start_address, region_size);
  reserve_at(shadow_start, region_size * 8);
  reserve_at(elsewhere_start, elsewhere_size);
  reserve_at(heap::block_table, heap::block_table_size);
  is_reserved = true;
}

}  // namespace promissory::explorer::regions
