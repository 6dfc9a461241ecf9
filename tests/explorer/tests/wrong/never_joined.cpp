// A POSIX thread that is neither joined nor detached.
#include <pthread.h>

#include <thread>

#include "../corpus.hpp"

namespace {

void* work(void*) {
  return nullptr;
}

void body() {
  pthread_t thread;
  pthread_create(&thread, nullptr, work, nullptr);
}

const promissory::explorer::corpus::Register it{{"never_joined", body, "thread never joined"}};

}  // namespace
