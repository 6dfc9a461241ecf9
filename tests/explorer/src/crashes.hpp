// Ends of a schedule that the program chose itself: signals, std::terminate, exceptions that nobody
// caught.
#pragma once

namespace promissory::explorer::crashes {

void install_handlers();
/// Called in a handler: "T1: std::runtime_error "..." escaped from the body".
[[noreturn]] void fail_with_current_exception(const char* what_it_did);

}  // namespace promissory::explorer::crashes
