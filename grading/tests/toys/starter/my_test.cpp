#include <gtest/gtest.h>

#include "@FOLDER@/cell.hpp"

TEST(MyCell, FailsOnAWrongVersion) {
  FAIL() << "Write a test of Cell: add more than once and see what is there.";
}
