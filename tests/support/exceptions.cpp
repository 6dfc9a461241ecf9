#include "support/exceptions.hpp"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>
#include <typeinfo>

#include "support/todo.hpp"

namespace promissory::support {
namespace {

std::string type_of_current_exception() {
  const std::type_info* type = abi::__cxa_current_exception_type();
  if (type == nullptr) return "unknown";
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(type->name(), nullptr, nullptr, &status), &std::free);
  return status == 0 ? name.get() : type->name();
}

}  // namespace

ExceptionText describe_exception(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const NotWritten& todo) {
    return {type_of_current_exception(), todo.what(), true};
  } catch (const std::exception& exception) {
    return {type_of_current_exception(), exception.what(), false};
  } catch (const std::string& text) {
    return {type_of_current_exception(), text, false};
  } catch (const char* text) {
    return {type_of_current_exception(), text == nullptr ? "" : text, false};
  } catch (...) {
    return {type_of_current_exception(), "", false};
  }
}

}  // namespace promissory::support
