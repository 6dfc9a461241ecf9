#include "workbook/test_source.hpp"

#include <fstream>
#include <iterator>

#include "workbook/tokens.hpp"

namespace promissory::grading {

std::vector<NamedTest> tests_in(const std::filesystem::path& source) {
  std::ifstream in(source, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  const auto tokens = tokens_of(text).list;
  std::vector<NamedTest> tests;
  for (std::size_t i = 0; i + 5 < tokens.size(); ++i) {
    const auto* token = &tokens[i];
    const bool declares = token[0].begins_line && (token[0].is("TEST") || token[0].is("TEST_F")) &&
                          token[1].is("(") && token[3].is(",") && token[5].is(")");
    if (declares) tests.push_back({token[2].text + "." + token[4].text, token[0].line});
  }
  return tests;
}

}  // namespace promissory::grading
