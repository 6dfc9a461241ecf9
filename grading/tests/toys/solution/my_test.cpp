#include <gtest/gtest.h>

#include "@FOLDER@/cell.hpp"

TEST(MyCell, AddsUp) {
  promissory::Cell cell;
  cell.add(1);
  cell.add(2);
  const int sum = cell.get();
  EXPECT_EQ(sum, 3);
}
