// What the function throws arrives at get.
#include <gtest/gtest.h>

#include <future>
#include <stdexcept>
#include <string>

#include "../corpus.hpp"

namespace {

void body() {
  std::future<std::string> future =
      std::async(std::launch::async, []() -> std::string { throw std::out_of_range("too far"); });
  EXPECT_THROW(future.get(), std::out_of_range);
  static_cast<void>(std::async(std::launch::async, [] { throw std::out_of_range("lost"); }));
}

const promissory::explorer::corpus::Register it{{"async_throws", body}};

}  // namespace
