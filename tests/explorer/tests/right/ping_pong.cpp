// Turns that a mutex and a condition variable hand over.
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::mutex mutex;
  std::condition_variable turned;
  int turn = 0;
  int hits = 0;
  const auto play = [&](int me) {
    for (int i = 0; i < 3; ++i) {
      std::unique_lock lock(mutex);
      turned.wait(lock, [&] { return turn == me; });
      ++hits;
      turn = 1 - me;
      turned.notify_one();
    }
  };
  {
    std::jthread other(play, 1);
    play(0);
  }
  EXPECT_EQ(hits, 6);
}

const promissory::explorer::corpus::Register it{{"ping_pong", body}};

}  // namespace
