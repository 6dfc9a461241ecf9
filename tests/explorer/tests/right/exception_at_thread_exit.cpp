// The same with an exception, and with a task.
#include <gtest/gtest.h>

#include <exception>
#include <future>
#include <stdexcept>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::promise<int> promise;
  std::future<int> future = promise.get_future();
  std::jthread thrower([&] {
    promise.set_exception_at_thread_exit(std::make_exception_ptr(std::runtime_error("no")));
  });
  std::packaged_task<int(int)> task([](int number) { return number + 1; });
  std::future<int> sum = task.get_future();
  std::jthread worker([&] { task.make_ready_at_thread_exit(6); });
  EXPECT_THROW(future.get(), std::runtime_error);
  EXPECT_EQ(sum.get(), 7);
}

const promissory::explorer::corpus::Register it{{"exception_at_thread_exit", body}};

}  // namespace
