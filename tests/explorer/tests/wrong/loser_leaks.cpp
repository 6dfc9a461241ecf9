// Both make one, and the one who comes second forgets to delete its own.
#include <atomic>
#include <string>
#include <thread>

#include "../corpus.hpp"

namespace {

std::atomic<std::string*> instance = nullptr;

void body() {
  const auto make = [] {
    if (instance.load() != nullptr) return;
    auto* const fresh = new std::string("the only one");
    std::string* none = nullptr;
    instance.compare_exchange_strong(none, fresh);
  };
  {
    std::jthread first(make);
    std::jthread second(make);
  }
  delete instance.load();
}

const promissory::explorer::corpus::Register it{{"loser_leaks", body, "leak"}};

}  // namespace
