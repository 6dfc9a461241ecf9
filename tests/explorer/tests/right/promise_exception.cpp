// The exception of one thread is thrown in another.
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
  std::future<int> future = promise.get_future();
  std::jthread producer([promise = std::move(promise)]() mutable {
    try {
      throw std::runtime_error("no luck");
    } catch (...) {
      promise.set_exception(std::current_exception());
    }
  });
  try {
    future.get();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(std::string(error.what()), "no luck");
  }
}

const promissory::explorer::corpus::Register it{{"promise_exception", body}};

}  // namespace
