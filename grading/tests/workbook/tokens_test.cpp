#include "workbook/tokens.hpp"

#include <gtest/gtest.h>

namespace promissory::grading {
namespace {

std::string joined(const std::string& text) {
  std::string all;
  for (const auto& token : tokens_of(text).list) all += (all.empty() ? "" : " ") + token.text;
  return all;
}

TEST(Tokens, DropsCommentsKeepsLines) {
  const auto tokens = tokens_of("a // b\n/* c\n d */ e\n").list;
  ASSERT_EQ(tokens.size(), 2U);
  EXPECT_EQ(tokens[1].text, "e");
  EXPECT_EQ(tokens[1].line, 3);
}

TEST(Tokens, JoinsContinuedLines) {
  EXPECT_EQ(joined("_ex\\\nit(0)"), "_exit ( 0 )");
  EXPECT_EQ(joined("_ex\\ \t\nit"), "_exit");
  EXPECT_EQ(joined("a // b\\\nc\nd"), "a d");
  EXPECT_EQ(joined("a /\\\n* b */ c"), "a c");
}

TEST(Tokens, AStringGoesOnBehindAContinuedLine) {
  EXPECT_EQ(joined("\"a\\\n\"; b; //\""), "\"a\" ; b ;");
}

TEST(Tokens, SpellsDigraphsOut) {
  EXPECT_EQ(joined("%:define <:x:> <% %> a%:%:b"), "# define [ x ] { } a ## b");
  EXPECT_EQ(joined("v<::x>"), "v < :: x >");
  EXPECT_EQ(joined("v<:::x:>"), "v [ :: x ]");
}

TEST(Tokens, KnowsLiterals) {
  EXPECT_EQ(joined(R"(L'"' x '\'' u8"a\"b" 1'000'000 0x1p-3)"),
            R"(L '"' x '\'' u8 "a\"b" 1'000'000 0x1p-3)");
}

TEST(Tokens, ACommentInAStringIsNone) {
  EXPECT_EQ(joined("#define X \"/*\"\nexit // */"), "# define X \"/*\" exit");
}

TEST(Tokens, ReadsTheNameOfAHeaderWhole) {
  const auto tokens = tokens_of("# /**/ include /* x */ <a//b'>\n#include \"c\\\"\nx < y").list;
  ASSERT_EQ(tokens.size(), 9U);
  EXPECT_EQ(tokens[2].kind, Token::Kind::header);
  EXPECT_EQ(tokens[2].text, "<a//b'>");
  EXPECT_EQ(tokens[5].text, "\"c\\\"");
  EXPECT_EQ(tokens[7].kind, Token::Kind::mark);
}

TEST(Tokens, TellsWhereALineBegins) {
  const auto tokens = tokens_of("/* a\n */ # x\nb #").list;
  ASSERT_EQ(tokens.size(), 4U);
  EXPECT_TRUE(tokens[0].begins_line);
  EXPECT_FALSE(tokens[1].begins_line);
  EXPECT_FALSE(tokens[3].begins_line);
}

TEST(Tokens, ReadsARawStringToItsEnd) {
  const auto tokens = tokens_of("a R\"x( \")\" \\\n )x\" b\nc");
  EXPECT_EQ(tokens.raw_string, 1);
  EXPECT_FALSE(tokens.unreadable);
  ASSERT_EQ(tokens.list.size(), 4U);
  EXPECT_EQ(tokens.list[2].text, "b");
  EXPECT_EQ(tokens.list[2].line, 2);
  EXPECT_EQ(tokens.list[3].line, 3);
}

TEST(Tokens, AWordThatEndsInRIsNoRawString) {
  EXPECT_FALSE(tokens_of("throw Error(\"ERROR\"); FOR\"x\"").raw_string);
}

TEST(Tokens, SaysWhereALiteralHasNoEnd) {
  EXPECT_EQ(tokens_of("a\n\"b\nc").unreadable, 2);
  EXPECT_EQ(tokens_of("a\n#error don't\n").unreadable, 2);
  EXPECT_EQ(tokens_of("R\"(").unreadable, 1);
}

TEST(Tokens, EndsWithAnyText) {
  for (const char* text : {"", "\\", "/*", "/", "#include", "#include <", "'", "1'", "<:", "%:%"}) {
    EXPECT_NO_THROW(tokens_of(text)) << text;
  }
}

}  // namespace
}  // namespace promissory::grading
