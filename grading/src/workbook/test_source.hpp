// Which tests a test file holds, read from its text: the code under test has no say in it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace promissory::grading {

struct NamedTest {
  std::string name;  // "Suite.Test"
  int line = 0;
};

/// @return the tests in the order of the file; none when the file does not exist
std::vector<NamedTest> tests_in(const std::filesystem::path& source);

/// @return the text of the file, every line where it was, with the other tests left empty
std::string with_only(const std::filesystem::path& source, const std::vector<std::string>& names);

/// Does a test of this file run under the schedule explorer, by EXPLORE({…}) { … }?
bool explores(const std::filesystem::path& source);

}  // namespace promissory::grading
