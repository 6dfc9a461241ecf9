// What is this exception?
#pragma once

#include <exception>
#include <string>

namespace promissory::support {

struct ExceptionText {
  std::string type;     // as written in C++; "unknown" for what is no C++ exception
  std::string what;     // empty when it is no std::exception
  bool is_not_written;  // the part of a starter that is still to be written
};

ExceptionText describe_exception(const std::exception_ptr& error);

}  // namespace promissory::support
