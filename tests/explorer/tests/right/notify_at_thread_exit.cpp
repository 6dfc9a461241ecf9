// The waiter goes on when the thread's own objects are gone.
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "../corpus.hpp"

namespace {

int destroyed = 0;

struct Counting {
  std::string text = "kept until the thread ends";
  ~Counting() { ++destroyed; }
};

void body() {
  std::mutex mutex;
  std::condition_variable ended;
  bool has_ended = false;
  std::jthread worker([&] {
    static thread_local Counting counting;
    EXPECT_FALSE(counting.text.empty());
    std::unique_lock lock(mutex);
    has_ended = true;
    std::notify_all_at_thread_exit(ended, std::move(lock));
  });
  std::unique_lock lock(mutex);
  ended.wait(lock, [&] { return has_ended; });
  EXPECT_EQ(destroyed, 1);
}

const promissory::explorer::corpus::Register it{{"notify_at_thread_exit", body}};

}  // namespace
