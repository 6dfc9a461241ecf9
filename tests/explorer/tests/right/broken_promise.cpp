// A promise that is dropped tells its future so.
#include <gtest/gtest.h>

#include <future>
#include <thread>
#include <utility>

#include "../corpus.hpp"

namespace {

void body() {
  std::promise<int> promise;
  std::future<int> future = promise.get_future();
  std::jthread dropper([promise = std::move(promise)] {});
  try {
    future.get();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::future_error& error) {
    EXPECT_EQ(error.code(), std::future_errc::broken_promise);
  }
}

const promissory::explorer::corpus::Register it{{"broken_promise", body}};

}  // namespace
