// The first look at the pointer is neither locked nor atomic.
#include <mutex>
#include <string>
#include <thread>

#include "../corpus.hpp"

namespace {

std::string* instance = nullptr;
std::mutex mutex;

void make() {
  if (instance != nullptr) return;
  const std::lock_guard lock(mutex);
  if (instance == nullptr) instance = new std::string("the only one");
}

void body() {
  std::jthread first(make);
  make();
}

const promissory::explorer::corpus::Register it{{"double_checked", body, "data race"}};

}  // namespace
