// One value from one thread to another.
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::promise<std::string> promise;
  std::future<std::string> future = promise.get_future();
  std::jthread producer([&] { promise.set_value(std::string(50, 'x')); });
  EXPECT_EQ(future.get().size(), 50U);
  EXPECT_FALSE(future.valid());
}

const promissory::explorer::corpus::Register it{{"promise_future", body}};

}  // namespace
