#include "running/libraries.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "scratch_folder.hpp"
#include "toy_files.hpp"

namespace promissory::grading {
namespace {

class LibrariesOfTheSystem : public testing::Test {
 protected:
  LibrariesOfTheSystem() {
    ::setenv("PKG_CONFIG_PATH", scratch_.path().c_str(), 1);
    write_file(scratch_.path() / "toy.pc",
               "Name: toy\nDescription: A toy\nVersion: 1\n"
               "Cflags: -I/opt/toy/include -DTOY=1\nLibs: -L/opt/toy/lib -ltoy\n");
  }
  ~LibrariesOfTheSystem() override { ::unsetenv("PKG_CONFIG_PATH"); }

  ScratchFolder scratch_;
};

using Words = std::vector<std::string>;

TEST_F(LibrariesOfTheSystem, AreKnownToPkgConfig) {
  const auto found = find_libraries({"toy"});
  EXPECT_EQ(found.missing, "");
  EXPECT_EQ(found.compile, Words{"-isystem/opt/toy/include"});
  EXPECT_EQ(found.link, (Words{"-L/opt/toy/lib", "-ltoy"}));
}

TEST_F(LibrariesOfTheSystem, NoneAreNeverMissing) {
  const auto found = find_libraries({});
  EXPECT_EQ(found.missing, "");
  EXPECT_TRUE(found.compile.empty());
  EXPECT_TRUE(found.link.empty());
}

TEST_F(LibrariesOfTheSystem, TheFirstThatIsMissingIsNamed) {
  EXPECT_EQ(find_libraries({"toy", "no-such-library", "nor-this"}).missing,
            "the library no-such-library is not installed here: `make setup` installs it");
}

TEST_F(LibrariesOfTheSystem, CountFromTheMomentAtWhichTheyAreInstalled) {
  EXPECT_NE(find_libraries({"late"}).missing, "");
  write_file(scratch_.path() / "late.pc", "Name: late\nDescription: Late\nVersion: 1\n");
  EXPECT_EQ(find_libraries({"late"}).missing, "");
}

// Without pkg-config nothing is known of any library.
TEST_F(LibrariesOfTheSystem, WithoutPkgConfigTheyAreMissing) {
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", scratch_.path().c_str(), 1);
  const auto found = find_libraries({"toy"});
  ::setenv("PATH", path.c_str(), 1);
  EXPECT_NE(found.missing, "");
}

}  // namespace
}  // namespace promissory::grading
