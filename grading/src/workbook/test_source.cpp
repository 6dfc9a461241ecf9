#include "workbook/test_source.hpp"

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>

namespace promissory::grading {

std::vector<NamedTest> tests_in(const std::filesystem::path& source) {
  std::ifstream in(source);
  std::ostringstream buffer;
  buffer << in.rdbuf();
  const std::string text = buffer.str();
  static const std::regex declaration(R"((^|\n)TEST(_F)?\(\s*(\w+)\s*,\s*(\w+)\s*\))");
  std::vector<NamedTest> tests;
  for (std::sregex_iterator it(text.begin(), text.end(), declaration), end; it != end; ++it) {
    const auto at = it->position(0) + it->length(1);
    const auto lines = std::count(text.begin(), text.begin() + at, '\n');
    tests.push_back({it->str(3) + "." + it->str(4), static_cast<int>(lines) + 1});
  }
  return tests;
}

}  // namespace promissory::grading
