// The latch counts a worker that was not started.
#include <latch>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::latch done(3);
  std::jthread first([&] { done.count_down(); });
  std::jthread second([&] { done.count_down(); });
  done.wait();
}

const promissory::explorer::corpus::Register it{{"latch_one_too_many", body, "deadlock"}};

}  // namespace
