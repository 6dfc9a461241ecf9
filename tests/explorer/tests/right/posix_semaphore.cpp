// sem_t, with and without a deadline.
#include <gtest/gtest.h>
#include <semaphore.h>
#include <time.h>

#include <cerrno>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  sem_t ready;
  sem_init(&ready, 0, 0);
  int value = 0;
  {
    std::jthread producer([&] {
      value = 7;
      sem_post(&ready);
      sem_post(&ready);
    });
    timespec soon{};
    clock_gettime(CLOCK_REALTIME, &soon);
    ++soon.tv_sec;
    EXPECT_EQ(sem_timedwait(&ready, &soon), 0);
    EXPECT_EQ(value, 7);
    while (sem_trywait(&ready) != 0) {
      EXPECT_EQ(errno, EAGAIN);
      sched_yield();
    }
  }
  int left = -1;
  sem_getvalue(&ready, &left);
  EXPECT_EQ(left, 0);
  sem_destroy(&ready);
}

const promissory::explorer::corpus::Register it{{"posix_semaphore", body}};

}  // namespace
