// Three philosophers, and everybody takes the left fork first.
#include <array>
#include <mutex>
#include <thread>
#include <vector>

#include "../corpus.hpp"

namespace {

void body() {
  std::array<std::mutex, 3> forks;
  std::vector<std::jthread> philosophers;
  for (std::size_t i = 0; i < 3; ++i) {
    philosophers.emplace_back([&, i] {
      const std::lock_guard left(forks[i]);
      const std::lock_guard right(forks[(i + 1) % 3]);
    });
  }
}

const promissory::explorer::corpus::Register it{{"circle_of_three", body, "deadlock"}};

}  // namespace
