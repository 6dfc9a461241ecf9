// What is to be said when the program ends by std::terminate.
#pragma once

namespace promissory::support {

/// From now on std::terminate tells which exception left which thread, and from where, on the
/// standard error and as the event "terminate"; then the process aborts, as it always does.
void install_terminate_handler();

}  // namespace promissory::support
