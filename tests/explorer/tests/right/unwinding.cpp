// Locks and threads are given back when an exception passes them.
#include <gtest/gtest.h>

#include <mutex>
#include <stdexcept>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::mutex mutex;
  int value = 0;
  const auto work = [&] {
    try {
      const std::lock_guard lock(mutex);
      std::jthread inner([] {});
      ++value;
      throw std::runtime_error("leave");
    } catch (const std::runtime_error&) {
    }
    const std::lock_guard lock(mutex);
    ++value;
  };
  {
    std::jthread first(work);
    work();
  }
  EXPECT_EQ(value, 4);
}

const promissory::explorer::corpus::Register it{{"unwinding", body}};

}  // namespace
