// How long has a child been kept from running?
#pragma once

#include <sys/types.h>

#include <chrono>

namespace promissory::grading {

/// The time for which the living processes of a group were ready to run and had no processor: of
/// the thread that waited longest. Nothing where the kernel does not count it.
std::chrono::nanoseconds time_without_processor(pid_t group);

}  // namespace promissory::grading
