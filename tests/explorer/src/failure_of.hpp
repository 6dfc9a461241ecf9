// A detailed record as something a person can be told: names for objects, places for addresses.
#pragma once

#include "explorer.hpp"
#include "record.hpp"

namespace promissory::explorer {

Failure failure_of(const Record& record);

}  // namespace promissory::explorer
