#include "running/parallel.hpp"

#include <gtest/gtest.h>

#include <latch>
#include <stdexcept>

namespace promissory::grading {
namespace {

TEST(Parallel, KeepsTheOrderOfTheItems) {
  std::vector<int> items(200);
  for (std::size_t i = 0; i < items.size(); ++i) items[i] = static_cast<int>(i);
  const auto doubled = for_each_in_parallel(items, [](int item) { return 2 * item; });
  for (std::size_t i = 0; i < items.size(); ++i) EXPECT_EQ(doubled[i], 2 * static_cast<int>(i));
}

TEST(Parallel, NoItemIsNoWork) {
  EXPECT_TRUE(for_each_in_parallel(std::vector<int>(), [](int item) { return item; }).empty());
}

TEST(Parallel, WorksAtTheSameTimeWhereThereAreCores) {
  if (std::thread::hardware_concurrency() < 2) GTEST_SKIP() << "one core";
  std::latch both(2);
  for_each_in_parallel(std::vector<int>{1, 2}, [&](int item) {
    both.arrive_and_wait();
    return item;
  });
}

TEST(Parallel, TheFirstExceptionEndsIt) {
  std::atomic<int> done{0};
  std::vector<int> items(10'000, 1);
  EXPECT_THROW(for_each_in_parallel(items,
                                    [&](int item) {
                                      ++done;
                                      if (item == 1) throw std::runtime_error("no");
                                      return item;
                                    }),
               std::runtime_error);
  EXPECT_LT(done.load(), 10'000);
}

}  // namespace
}  // namespace promissory::grading
