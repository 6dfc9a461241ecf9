// Several threads read the one value.
#include <gtest/gtest.h>

#include <future>
#include <thread>
#include <vector>

#include "../corpus.hpp"

namespace {

void body() {
  std::promise<std::vector<int>> promise;
  const std::shared_future<std::vector<int>> future = promise.get_future().share();
  const auto read = [future] { EXPECT_EQ(future.get().at(1), 2); };
  std::jthread first(read);
  std::jthread second(read);
  promise.set_value({1, 2, 3});
}

const promissory::explorer::corpus::Register it{{"shared_future", body}};

}  // namespace
