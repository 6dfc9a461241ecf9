// A failed EXPECT or ASSERT ends the schedule.
#pragma once

#include <memory>

namespace promissory::explorer::expectations {

/// While it lives, GoogleTest reports to the explorer only.
class Interception {
 public:
  Interception();
  ~Interception();
  Interception(const Interception&) = delete;
  Interception& operator=(const Interception&) = delete;

 private:
  class Reporter;
  std::unique_ptr<Reporter> reporter_;
};

}  // namespace promissory::explorer::expectations
