// Options of the sanitizers that hold unless TSAN_OPTIONS or ASAN_OPTIONS say otherwise.
#pragma once

namespace promissory::support {

/// Does nothing, but has the linker take in the file that holds the options.
void use_sanitizer_defaults();

}  // namespace promissory::support
