#include "running/compiler.hpp"

#include <gtest/gtest.h>

#include "scratch_folder.hpp"
#include "toy_files.hpp"
#include "workbook/workbook.hpp"

namespace promissory::grading {
namespace {

class Compiling : public testing::TestWithParam<const char*> {
 protected:
  Compiled compile_with(const std::string& header, std::chrono::seconds limit) const {
    ::setenv("PROMISSORY_KITS", built_kits().c_str(), 1);
    const auto kit = open_kit(Workbook{.root = scratch_.path(), .exercises = {}}, GetParam());
    write_file(learner() / "x.hpp", header);
    write_file(source(),
               "#include <gtest/gtest.h>\n#include \"01-x/x.hpp\"\n\n"
               "TEST(A, B) { EXPECT_EQ(twice(2), 4); }\n");
    return compile(kit, {.source = source(),
                         .include_roots = {scratch_.path() / "root"},
                         .program = scratch_.path() / "work" / "test",
                         .learner = learner(),
                         .limit = limit});
  }
  Compiled compile_with(const std::string& header) const {
    return compile_with(header, std::chrono::minutes(10));
  }
  std::filesystem::path learner() const { return scratch_.path() / "root" / "01-x"; }
  std::filesystem::path source() const { return scratch_.path() / "x_test.cpp"; }
  std::string header() const { return (learner() / "x.hpp").string(); }

  ScratchFolder scratch_;
};

INSTANTIATE_TEST_SUITE_P(With, Compiling, testing::Values("plain", "check"),
                         [](const auto& info) { return std::string(info.param); });

TEST_P(Compiling, RightCodeMakesAProgram) {
  const auto compiled = compile_with("inline int twice(int x) { return 2 * x; }\n");
  EXPECT_TRUE(compiled.ok) << compiled.transcript;
  EXPECT_TRUE(std::filesystem::exists(scratch_.path() / "work" / "test"));
}

TEST_P(Compiling, AnErrorIsPlaced) {
  const auto compiled = compile_with("inline int twice(int x) {\n  return 2 * y;\n}\n");
  EXPECT_FALSE(compiled.ok);
  EXPECT_EQ(compiled.first.file, header());
  EXPECT_EQ(compiled.first.line, 2);
  EXPECT_EQ(compiled.first.kind, "error");
}

TEST_P(Compiling, AnErrorInTheLibraryIsPlacedAtTheLearnersLine) {
  const auto compiled = compile_with(
      "#include <memory>\n#include <mutex>\n\ninline int twice(int x) {\n"
      "  auto lock = std::make_unique<std::mutex>(x);\n  return 2 * x;\n}\n");
  EXPECT_FALSE(compiled.ok);
  EXPECT_EQ(compiled.first.file, header()) << compiled.transcript;
  EXPECT_EQ(compiled.first.line, 5);
}

TEST_P(Compiling, AnErrorInTheTestIsPlacedThere) {
  const auto compiled = compile_with("inline int thrice(int x) { return 3 * x; }\n");
  EXPECT_FALSE(compiled.ok);
  EXPECT_EQ(compiled.first.file, source().string());
  EXPECT_EQ(compiled.first.line, 4);
}

TEST_P(Compiling, WhatIsNotDefinedIsALinkError) {
  const auto compiled = compile_with("int twice(int x);\n");
  EXPECT_FALSE(compiled.ok);
  EXPECT_EQ(compiled.first.kind, "link error");
  EXPECT_NE(compiled.first.message.find("twice"), std::string::npos);
}

TEST_P(Compiling, EndsAtItsTimeLimit) {
  const auto compiled = compile_with(
      "template <int d, int p>\nstruct W { static constexpr long v = W<d - 1, 2 * p>::v + W<d - 1, "
      "2 * p + 1>::v; };\ntemplate <int p>\nstruct W<0, p> { static constexpr long v = p; };\n"
      "inline int twice(int x) { return x + W<28, 1>::v; }\n",
      std::chrono::seconds(2));
  EXPECT_TRUE(compiled.timed_out);
  EXPECT_EQ(compiled.first.message, "compiling took longer than 2 s and was stopped");
}

TEST_P(Compiling, AnEndlessFileIsAnError) {
  const auto compiled = compile_with("#include \"/dev/zero\"\n");
  EXPECT_FALSE(compiled.ok);
  EXPECT_FALSE(compiled.timed_out);
}

TEST_P(Compiling, ALongLineOfAnyBytesIsQuotedLegibly) {
  const auto compiled = compile_with("#error caf\xe9 " + std::string(1'000'000, 'x') + "\n");
  EXPECT_FALSE(compiled.ok);
  EXPECT_LT(compiled.first.message.size(), 5000U);
  // g++ quotes the byte as it is, clang its number.
  const auto& message = compiled.first.message;
  EXPECT_TRUE(message.find("caf\uFFFD") != std::string::npos ||
              message.find("caf<E9>") != std::string::npos)
      << message;
}

}  // namespace
}  // namespace promissory::grading
