// Are the functions that the explorer stands before really its own in this program?
#pragma once

namespace promissory::explorer::guard {

/// Ends the program with a sentence when libtsan was linked in, or when the explorer's functions
/// were not.
void check_link();

}  // namespace promissory::explorer::guard
