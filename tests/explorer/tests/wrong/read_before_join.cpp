// The result is read while the thread may still be at it.
#include <cstdlib>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  int result = 0;
  std::thread worker([&] { result = 7; });
  const int seen = result;
  worker.join();
  if (seen > 7) std::abort();
}

const promissory::explorer::corpus::Register it{{"read_before_join", body, "data race"}};

}  // namespace
