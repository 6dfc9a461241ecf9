// An exception_ptr in a plain variable, protected by a mutex; nested exceptions too.
#include <gtest/gtest.h>

#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include "../corpus.hpp"

namespace {

std::string texts(const std::exception& error) {
  std::string text = error.what();
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& inner) {
    text += " / " + texts(inner);
  }
  return text;
}

void body() {
  std::mutex mutex;
  std::exception_ptr first_error;
  const auto work = [&] {
    try {
      try {
        throw std::logic_error("inner");
      } catch (...) {
        std::throw_with_nested(std::runtime_error("outer"));
      }
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!first_error) first_error = std::current_exception();
    }
  };
  {
    std::jthread first(work);
    std::jthread second(work);
  }
  try {
    std::rethrow_exception(first_error);
  } catch (const std::exception& error) {
    EXPECT_EQ(texts(error), "outer / inner");
  }
}

const promissory::explorer::corpus::Register it{{"exception_handed_over", body}};

}  // namespace
