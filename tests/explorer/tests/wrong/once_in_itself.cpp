// The initialisation comes by itself again.
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

std::once_flag once;

void initialise();
void use() {
  std::call_once(once, initialise);
}
void initialise() {
  use();
}

void body() {
  std::jthread other(use);
}

const promissory::explorer::corpus::Register it{{"once_in_itself", body, "deadlock"}};

}  // namespace
