// Something the user can mend: shown as one clear sentence, never as a crash.
#pragma once

#include <stdexcept>

namespace promissory::grading {

/// what() says what is wrong and what to do next. The command ends with exit code 2.
class Complaint : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace promissory::grading
