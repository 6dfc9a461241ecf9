// An early return passes by the join.
#include <atomic>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::atomic<bool> has_failed = false;
  std::thread worker([&] { has_failed = true; });
  if (has_failed) return;
  worker.join();
}

const promissory::explorer::corpus::Register it{{"joinable_destroyed", body, "uncaught exception"}};

}  // namespace
