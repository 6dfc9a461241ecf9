// A failure as text, for people, and as JSON, for the tool that draws it.
#pragma once

#include <string>

#include "explorer.hpp"

namespace promissory::explorer {

/// One column per thread; only the steps that matter unless `all_steps`. Its last line is the
/// command that runs the schedule again: PROMISSORY_EXPLORE_COMMAND, when that is set, with {test}
/// and {replay} filled in.
std::string report_of(const Failure& failure, const Options& options, bool all_steps,
                      const std::string& test);

/// One line.
std::string json_of(const Failure& failure, const std::string& test);

}  // namespace promissory::explorer
