// A way out keeps the lock, and the mutex ends in that state.
#include <pthread.h>

#include <atomic>
#include <thread>

#include "../corpus.hpp"

namespace {

class Mutex {
 public:
  ~Mutex() { pthread_mutex_destroy(&mutex_); }
  void lock() { pthread_mutex_lock(&mutex_); }
  void unlock() { pthread_mutex_unlock(&mutex_); }

 private:
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
};

void body() {
  Mutex mutex;
  std::atomic<bool> is_cancelled = false;
  std::jthread other([&] { is_cancelled = true; });
  mutex.lock();
  if (is_cancelled) return;
  mutex.unlock();
}

const promissory::explorer::corpus::Register it{{"locked_mutex_destroyed", body, "misuse"}};

}  // namespace
