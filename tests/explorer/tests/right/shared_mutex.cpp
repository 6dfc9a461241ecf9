// Readers see both halves of what the writers keep equal.
#include <gtest/gtest.h>

#include <mutex>
#include <shared_mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::shared_mutex mutex;
  int left = 0;
  int right = 0;
  const auto read = [&] {
    const std::shared_lock lock(mutex);
    EXPECT_EQ(left, right);
  };
  const auto write = [&] {
    const std::lock_guard lock(mutex);
    ++left;
    ++right;
  };
  std::jthread first(read);
  std::jthread second(read);
  std::jthread third(write);
  write();
  if (mutex.try_lock_shared()) {
    EXPECT_EQ(left, right);
    mutex.unlock_shared();
  }
}

const promissory::explorer::corpus::Register it{{"shared_mutex", body}};

}  // namespace
