#include <gtest/gtest.h>

#include "@FOLDER@/cell.hpp"

TEST(MyCell, AssertsNothing) {
  promissory::Cell cell;
  cell.add(1);
}
