// A thread ends the whole process.
#include <atomic>
#include <cstdlib>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::atomic<int> errors = 0;
  std::jthread worker([&] {
    if (errors > 0) std::exit(3);
  });
  ++errors;
}

const promissory::explorer::corpus::Register it{{"exit_in_thread", body, "exit"}};

}  // namespace
