// A semaphore that is freed by whoever comes through, while the other is still in sem_post.
#include <semaphore.h>

#include <atomic>
#include <memory>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  auto ready = std::make_unique<sem_t>();
  sem_init(ready.get(), 0, 0);
  std::jthread poster([it = ready.get()] {
    sem_post(it);
    sem_post(it);
  });
  sem_wait(ready.get());
  ready.reset();
}

const promissory::explorer::corpus::Register it{
    {"posted_after_death", body, "data race or use after free"}};

}  // namespace
