// The value is ready when the thread's own objects are gone.
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <thread>

#include "../corpus.hpp"

namespace {

int destroyed = 0;

struct Counting {
  std::string text = std::string(100, 'x');
  ~Counting() { ++destroyed; }
};

void body() {
  std::promise<std::string> promise;
  std::future<std::string> future = promise.get_future();
  std::jthread producer([&] {
    static thread_local Counting counting;
    promise.set_value_at_thread_exit(counting.text);
  });
  EXPECT_EQ(future.get(), std::string(100, 'x'));
  EXPECT_EQ(destroyed, 1);
}

const promissory::explorer::corpus::Register it{{"value_at_thread_exit", body}};

}  // namespace
