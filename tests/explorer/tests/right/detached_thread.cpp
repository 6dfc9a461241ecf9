// A thread that nobody joins ends by itself; what it needs it owns.
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::promise<int> promise;
  std::future<int> future = promise.get_future();
  auto input = std::make_shared<int>(3);
  std::thread([input, promise = std::move(promise)]() mutable {
    promise.set_value(*input * 2);
    ++*input;
  }).detach();
  EXPECT_EQ(future.get(), 6);
}

const promissory::explorer::corpus::Register it{{"detached_thread", body}};

}  // namespace
