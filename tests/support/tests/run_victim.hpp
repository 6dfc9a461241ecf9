// Runs one victim in a process of its own.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace promissory::support {

struct Outcome {
  int exit_status = -1;  // -1 when it was ended by a signal
  int signal = 0;
  std::string output;               // standard output and error
  std::vector<std::string> events;  // lines of its report
  std::string report;               // all of them

  /// @return whether one line of the report has all of the parts
  bool has_event(const std::vector<std::string>& parts) const;
};

/// @param name of the test in the suite Victim, or several with ':Victim.' between
/// @param environment added to this process's own
/// @param arguments for the victim's command line
Outcome run_victim(const std::string& name,
                   const std::map<std::string, std::string>& environment = {},
                   const std::vector<std::string>& arguments = {});

}  // namespace promissory::support
