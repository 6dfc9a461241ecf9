// What an error says, to be compared with what a test expects.
#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <system_error>

namespace promissory::support {

/// @return "none" for no error, "canceled" for std::errc::operation_canceled, else what() says;
///     "no std::exception" when it is none
inline std::string words(const std::exception_ptr& error) {
  if (!error) return "none";
  try {
    std::rethrow_exception(error);
  } catch (const std::system_error& stopped) {
    return stopped.code() == std::errc::operation_canceled ? "canceled" : stopped.what();
  } catch (const std::exception& other) {
    return other.what();
  } catch (...) {
    return "no std::exception";
  }
}

/// The same of a Result<T>: "none" when it holds a value.
template <class Result>
requires requires(const Result& result) {
  result.error();
}
std::string words(const Result& result) {
  return result ? "none" : words(result.error());
}

/// The same of what a call throws: "none" when it returns.
template <class Call>
std::string thrown_by(Call call) {
  try {
    call();
  } catch (...) {
    return words(std::current_exception());
  }
  return "none";
}

}  // namespace promissory::support
