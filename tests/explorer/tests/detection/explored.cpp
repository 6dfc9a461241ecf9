// How often the explorer finds each wrong program, and what that costs: "name found seconds" a
// line.
#include <gtest/gtest.h>

#include <cstdio>

#include "../corpus.hpp"
#include "cpu_time.hpp"

namespace promissory::explorer {
namespace {

constexpr double cpu_budget = 1;

TEST(Detection, Explorer) {
  for (const corpus::Program& program : corpus::wrong_programs()) {
    Options options = program.options;
    options.simplify = false;
    options.seed = 0;
    int found = 0;
    const double begin = cpu_seconds();
    while (cpu_seconds() - begin < cpu_budget) {
      ++options.seed;
      const Result result = explore(options, program.body);
      found += result.failure ? 1 : 0;
    }
    std::printf("%s %d %.3f\n", program.name, found, cpu_seconds() - begin);
  }
}

}  // namespace
}  // namespace promissory::explorer
