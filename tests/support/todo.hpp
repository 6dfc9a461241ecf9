// What a starter throws until it is written. Tests of an untouched starter fail with its sentence.
#pragma once

#include <stdexcept>

namespace promissory {

/// The learner has not written this part yet; `what()` says what to write.
class NotWritten : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// Stands in for code that the learner is to write.
/// @param what_to_write one sentence, shown as the reason why a test fails
[[noreturn]] inline void todo(const char* what_to_write) {
  throw NotWritten(what_to_write);
}

}  // namespace promissory
