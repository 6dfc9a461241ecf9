// The owner frees what somebody else has locked, or is about to lock.
#include <memory>
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

struct Account {
  std::mutex mutex;
};

void body() {
  auto account = std::make_unique<Account>();
  std::jthread user([&it = *account] { const std::lock_guard lock(it.mutex); });
  account.reset();
}

const promissory::explorer::corpus::Register it{
    {"freed_under_the_lock", body, "data race or use after free"}};

}  // namespace
