// One exception, thrown again in several threads, which all read its text.
#include <gtest/gtest.h>

#include <exception>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::promise<int> promise;
  const std::shared_future<int> future = promise.get_future().share();
  const auto read = [future] {
    try {
      future.get();
    } catch (const std::exception& error) {
      EXPECT_EQ(std::string(error.what()), "seen by all");
    }
  };
  std::jthread first(read);
  std::jthread second(read);
  std::jthread third(read);
  promise.set_exception(std::make_exception_ptr(std::runtime_error("seen by all")));
}

const promissory::explorer::corpus::Register it{{"exception_of_many", body}};

}  // namespace
