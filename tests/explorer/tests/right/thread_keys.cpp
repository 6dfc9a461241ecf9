// POSIX thread-specific data, whose destructor runs when the thread ends.
#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <memory>
#include <thread>

#include "../corpus.hpp"

namespace {

std::atomic<int> destroyed = 0;

void destroy(void* value) {
  delete static_cast<int*>(value);
  ++destroyed;
}

void body() {
  pthread_key_t key;
  pthread_key_create(&key, destroy);
  const auto work = [key] {
    EXPECT_EQ(pthread_getspecific(key), nullptr);
    pthread_setspecific(key, new int(7));
    EXPECT_EQ(*static_cast<int*>(pthread_getspecific(key)), 7);
  };
  {
    std::jthread first(work);
    std::jthread second(work);
  }
  EXPECT_EQ(destroyed, 2);
  pthread_key_delete(key);
}

const promissory::explorer::corpus::Register it{{"thread_keys", body}};

}  // namespace
