#include "journal/digest.hpp"

#include <gtest/gtest.h>

#include "scratch_folder.hpp"
#include "toy_files.hpp"

namespace promissory::grading {
namespace {

class Digest : public testing::Test {
 protected:
  Digest() {
    for (const auto* file :
         {"exercises/01-x/x.hpp", "exercises/01-x/my_test.cpp", "exercises/01-x/exercise.toml",
          "tests/01-x/hidden_test.cpp", "tests/01-x/mutants/01-a.patch", "solutions/02-y/y.hpp",
          "tests/support/gate.hpp", "cmake/Flavours.cmake"}) {
      files_.push_back(root() / file);
      write_file(files_.back(), "one");
    }
    exercise_.folder = "01-x";
    exercise_.files = {"x.hpp"};
  }
  const std::filesystem::path& root() const { return scratch_.path(); }
  std::string now() const {
    return digest(Workbook{.root = root(), .exercises = {}}, exercise_,
                  {root() / "exercises", "exercises"});
  }

  ScratchFolder scratch_;
  std::vector<std::filesystem::path> files_;
  Exercise exercise_;
};

TEST_F(Digest, StaysWhileNothingChanges) {
  const auto before = now();
  write_file(files_[0], "one");
  write_file(root() / "exercises/02-y/y.hpp", "another exercise");
  write_file(root() / "tests/02-y/hidden_test.cpp", "its tests");
  EXPECT_EQ(before, now());
}

TEST_F(Digest, ChangesWithEveryFileThatAVerdictDependsOn) {
  for (const auto& file : files_) {
    const auto before = now();
    write_file(file, "two");
    EXPECT_NE(before, now()) << file;
  }
}

TEST_F(Digest, TellsWhereOneFileEndsAndTheNextBegins) {
  write_file(root() / "exercises/01-x/x.hpp", "ab");
  write_file(root() / "exercises/01-x/my_test.cpp", "c");
  const auto before = now();
  write_file(root() / "exercises/01-x/x.hpp", "a");
  write_file(root() / "exercises/01-x/my_test.cpp", "bc");
  EXPECT_NE(before, now());
}

}  // namespace
}  // namespace promissory::grading
