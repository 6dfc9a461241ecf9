#include "workbook/test_source.hpp"

#include <fstream>
#include <iterator>

#include "workbook/tokens.hpp"

namespace promissory::grading {
namespace {

std::vector<Token> tokens_in(const std::filesystem::path& source) {
  std::ifstream in(source, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  return tokens_of(text).list;
}

}  // namespace

std::vector<NamedTest> tests_in(const std::filesystem::path& source) {
  const auto tokens = tokens_in(source);
  std::vector<NamedTest> tests;
  for (std::size_t i = 0; i + 5 < tokens.size(); ++i) {
    const auto* token = &tokens[i];
    const bool declares = token[0].begins_line && (token[0].is("TEST") || token[0].is("TEST_F")) &&
                          token[1].is("(") && token[3].is(",") && token[5].is(")");
    if (declares) tests.push_back({token[2].text + "." + token[4].text, token[0].line});
  }
  return tests;
}

bool explores(const std::filesystem::path& source) {
  const auto tokens = tokens_in(source);
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (tokens[i].is("EXPLORE") && tokens[i + 1].is("(")) return true;
  }
  return false;
}

}  // namespace promissory::grading
