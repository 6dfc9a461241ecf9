// Many small blocks, allocated in one thread and freed in another.
#include <gtest/gtest.h>

#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "../corpus.hpp"

namespace {

void body() {
  std::mutex mutex;
  std::vector<std::unique_ptr<int>> pile;
  const auto work = [&] {
    std::list<int> own;
    for (int i = 0; i < 20; ++i) own.push_back(i);
    for (int i : own) {
      auto item = std::make_unique<int>(i);
      const std::lock_guard lock(mutex);
      pile.push_back(std::move(item));
      if (i % 3 == 0) pile.erase(pile.begin());
    }
  };
  {
    std::jthread first(work);
    std::jthread second(work);
  }
  EXPECT_EQ(pile.size(), 26U);
}

const promissory::explorer::corpus::Register it{{"small_allocations", body}};

}  // namespace
