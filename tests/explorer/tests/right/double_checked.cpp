// The pointer is looked at before the lock is taken, with acquire.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <string>
#include <thread>

#include "../corpus.hpp"

namespace {

std::atomic<std::string*> instance = nullptr;
std::mutex mutex;

const std::string& get() {
  std::string* it = instance.load(std::memory_order_acquire);
  if (it == nullptr) {
    const std::lock_guard lock(mutex);
    it = instance.load(std::memory_order_relaxed);
    if (it == nullptr) {
      it = new std::string(40, 'x');
      instance.store(it, std::memory_order_release);
    }
  }
  return *it;
}

void body() {
  const auto read = [] { EXPECT_EQ(get()[39], 'x'); };
  {
    std::jthread first(read);
    std::jthread second(read);
    read();
  }
  delete instance.load();
}

const promissory::explorer::corpus::Register it{{"double_checked", body}};

}  // namespace
