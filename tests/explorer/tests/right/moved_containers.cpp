// Containers that are filled in one thread and emptied in another.
#include <gtest/gtest.h>

#include <future>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "../corpus.hpp"

namespace {

using Index = std::map<std::string, std::vector<int>>;

void body() {
  std::promise<Index> promise;
  std::jthread producer([&] {
    Index index;
    for (int i = 0; i < 5; ++i) index["key " + std::to_string(i % 2)].push_back(i);
    promise.set_value(std::move(index));
  });
  Index index = promise.get_future().get();
  EXPECT_EQ(index.at("key 0").size(), 3U);
  std::jthread consumer([index = std::move(index)]() mutable { index.clear(); });
}

const promissory::explorer::corpus::Register it{{"moved_containers", body}};

}  // namespace
