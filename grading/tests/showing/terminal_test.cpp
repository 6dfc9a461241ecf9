#include "showing/terminal.hpp"

#include <gtest/gtest.h>

namespace promissory::grading {
namespace {

TEST(Terminal, AWidthCountsLettersNotBytes) {
  EXPECT_EQ(width_of(""), 0U);
  EXPECT_EQ(width_of("äö…"), 3U);
  EXPECT_EQ(width_of("\033[31mred\033[0m"), 3U);
}

TEST(Terminal, ColoursAreForTerminals) {
  EXPECT_EQ(paint(Colour::red, "text"), "text");
}

TEST(Terminal, WrapsBetweenWords) {
  EXPECT_EQ(wrapped("one two three", 8, "> "), "> one two\n> three\n");
  EXPECT_EQ(wrapped("äääää öö", 8, ""), "äääää öö\n");
  EXPECT_EQ(wrapped("longer-than-the-width", 5, ""), "longer-than-the-width\n");
  EXPECT_EQ(wrapped("", 5, "> "), "");
}

TEST(Terminal, LeavesCodeAsItIs) {
  EXPECT_EQ(wrapped("    int  x;  // a long remark\n", 10, "  "),
            "      int  x;  // a long remark\n");
}

}  // namespace
}  // namespace promissory::grading
