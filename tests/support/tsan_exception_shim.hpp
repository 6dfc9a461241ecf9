// Teaches TSan how exceptions are shared between threads.
#pragma once

namespace promissory::support {

/// Has the linker take in the shim, and checks that it fits the C++ library. TSan builds only.
void use_tsan_exception_shim();

}  // namespace promissory::support
