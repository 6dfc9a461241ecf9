// The share counts of exceptions live in libstdc++.so, where no instrumentation is. The last of
// several holders destroys the exception; these two make that ordered after what the others did
// with it.
#include <cxxabi.h>

#include <exception>

#include "../real.hpp"
#include "../world.hpp"

namespace promissory::explorer {
namespace {

using Release = void(std::exception_ptr*);
Release* real_release = nullptr;
void (*real_end_catch)() = nullptr;

void order_holders(void* exception) {
  const Inside inside;
  Object& shared = world::object(reinterpret_cast<Address>(exception));
  world::acquire(shared);
  world::release(shared);
}

}  // namespace
}  // namespace promissory::explorer

using namespace promissory::explorer;

void std::__exception_ptr::exception_ptr::_M_release() noexcept {
  if (_M_exception_object != nullptr && controlled()) order_holders(_M_exception_object);
  real("_ZNSt15__exception_ptr13exception_ptr10_M_releaseEv", real_release)(this);
}

extern "C" void __cxa_end_catch() {
  if (!controlled()) return real("__cxa_end_catch", real_end_catch)();
  // Held, so that whoever destroys the exception does so in the function above.
  const std::exception_ptr held = std::current_exception();
  if (held) order_holders(*reinterpret_cast<void* const*>(&held));
  real("__cxa_end_catch", real_end_catch)();
}
