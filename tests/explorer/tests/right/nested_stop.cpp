// A stop of the outer work is passed on to the inner.
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::stop_source outer;
  int stopped = 0;
  std::jthread worker([&] {
    std::jthread inner([&](const std::stop_token& token) {
      std::mutex mutex;
      std::condition_variable_any never;
      std::unique_lock lock(mutex);
      EXPECT_FALSE(never.wait(lock, token, [] { return false; }));
      ++stopped;
    });
    const std::stop_callback pass_on(outer.get_token(), [&] { inner.request_stop(); });
    inner.join();
  });
  outer.request_stop();
  worker.join();
  EXPECT_EQ(stopped, 1);
}

const promissory::explorer::corpus::Register it{{"nested_stop", body}};

}  // namespace
