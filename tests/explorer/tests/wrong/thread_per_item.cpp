// A thread for every item, without a limit.
#include <thread>
#include <vector>

#include "../corpus.hpp"

namespace {

void body() {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 100; ++i) threads.emplace_back([] {});
}

const promissory::explorer::corpus::Register it{{"thread_per_item", body, "too many threads"}};

}  // namespace
