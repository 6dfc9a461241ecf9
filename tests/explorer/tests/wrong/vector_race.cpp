// One thread goes through a vector that another lets grow.
#include <cstdlib>
#include <thread>
#include <vector>

#include "../corpus.hpp"

namespace {

void body() {
  std::vector<int> numbers = {1, 2, 3};
  std::jthread writer([&] { numbers.push_back(4); });
  int sum = 0;
  for (const int number : numbers) sum += number;
  if (sum < 6) std::abort();
}

const promissory::explorer::corpus::Register it{{"vector_race", body, "data race"}};

}  // namespace
