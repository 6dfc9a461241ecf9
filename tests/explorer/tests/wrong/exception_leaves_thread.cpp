// Nobody catches what the worker throws when it comes too late.
#include <atomic>
#include <stdexcept>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::atomic<bool> is_closed = false;
  std::jthread worker([&] {
    if (is_closed) throw std::runtime_error("closed");
  });
  is_closed = true;
}

const promissory::explorer::corpus::Register it{
    {"exception_leaves_thread", body, "uncaught exception"}};

}  // namespace
