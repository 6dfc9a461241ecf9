// A lock that is taken later, handed over, released and adopted.
#include <gtest/gtest.h>

#include <mutex>
#include <thread>
#include <utility>

#include "../corpus.hpp"

namespace {

void body() {
  std::mutex mutex;
  int value = 0;
  const auto work = [&] {
    std::unique_lock lock(mutex, std::defer_lock);
    EXPECT_FALSE(lock.owns_lock());
    lock.lock();
    ++value;
    std::unique_lock heir = std::move(lock);
    heir.unlock();
    heir.lock();
    std::mutex* const released = heir.release();
    const std::lock_guard adopted(*released, std::adopt_lock);
    ++value;
  };
  {
    std::jthread first(work);
    work();
  }
  EXPECT_EQ(value, 4);
}

const promissory::explorer::corpus::Register it{{"unique_lock_deferred", body}};

}  // namespace
