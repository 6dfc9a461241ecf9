#include "workbook/test_source.hpp"

#include <gtest/gtest.h>

#include "scratch_folder.hpp"
#include "toy_files.hpp"

namespace promissory::grading {
namespace {

std::vector<NamedTest> tests_of(const std::string& text) {
  const ScratchFolder scratch;
  write_file(scratch.path() / "a_test.cpp", text);
  return tests_in(scratch.path() / "a_test.cpp");
}

TEST(TestSource, NamesTestsInTheirOrder) {
  const auto tests = tests_of("#include <x>\nTEST(A, B) {\n}\nTEST_F( C ,\n D ) {}\n");
  ASSERT_EQ(tests.size(), 2U);
  EXPECT_EQ(tests[0].name, "A.B");
  EXPECT_EQ(tests[0].line, 2);
  EXPECT_EQ(tests[1].name, "C.D");
  EXPECT_EQ(tests[1].line, 4);
}

TEST(TestSource, ACommentOrAStringHoldsNoTest) {
  const auto tests = tests_of(
      "/*\nTEST(A, B) {}\n*/\n// TEST(C, D)\nauto x = R\"(\nTEST(E, F)\n)\";\n"
      "TEST(G, H) {}\n");
  ASSERT_EQ(tests.size(), 1U);
  EXPECT_EQ(tests[0].name, "G.H");
}

TEST(TestSource, LeavesTheOtherTestsOut) {
  const ScratchFolder scratch;
  const auto file = scratch.path() / "a_test.cpp";
  write_file(file, "int f();\nTEST(A, B) {\n  if (f()) {\n  }\n}\n\nTEST(C, D) {\n}\nint g();\n");
  EXPECT_EQ(with_only(file, {"C.D"}), "int f();\n\n\n\n\n\nTEST(C, D) {\n}\nint g();\n");
  EXPECT_EQ(with_only(file, {"A.B", "C.D"}), read_file(file));
}

TEST(TestSource, AMissingFileHoldsNone) {
  EXPECT_TRUE(tests_in("/nowhere/x.cpp").empty());
}

TEST(TestSource, KnowsWhoExplores) {
  const ScratchFolder scratch;
  const auto file = scratch.path() / "a_test.cpp";
  write_file(file, "TEST(A, B) {\n  EXPLORE({.schedules = 7}) {};\n}\n");
  EXPECT_TRUE(explores(file));
  for (const auto* text :
       {"TEST(A, B) {}", "// EXPLORE({}) {};", "auto x = \"EXPLORE({})\";", "int EXPLORE = 0;"}) {
    write_file(file, text);
    EXPECT_FALSE(explores(file)) << text;
  }
  EXPECT_FALSE(explores(scratch.path() / "none.cpp"));
}

TEST(TestSource, ALongLineIsNoDanger) {
  EXPECT_TRUE(tests_of("TEST(" + std::string(3'000'000, 'a') + ", B").empty());
}

}  // namespace
}  // namespace promissory::grading
