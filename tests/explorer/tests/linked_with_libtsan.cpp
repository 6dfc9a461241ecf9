// A program that nothing is wrong with, except that it was linked with -fsanitize=thread.
#include <gtest/gtest.h>

TEST(LinkedWithLibtsan, NeverGetsHere) {}
