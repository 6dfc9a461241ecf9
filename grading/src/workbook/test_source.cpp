#include "workbook/test_source.hpp"

#include <algorithm>
#include <sstream>

#include "workbook/file_text.hpp"
#include "workbook/tokens.hpp"

namespace promissory::grading {
namespace {

std::vector<Token> tokens_in(const std::filesystem::path& source) {
  return tokens_of(text_of_file(source)).list;
}

struct DeclaredTest : NamedTest {
  int last_line = 0;
};

std::vector<DeclaredTest> declared_in(const std::vector<Token>& tokens) {
  std::vector<DeclaredTest> tests;
  for (std::size_t i = 0; i + 5 < tokens.size(); ++i) {
    const auto* token = &tokens[i];
    const bool declares = token[0].begins_line && (token[0].is("TEST") || token[0].is("TEST_F")) &&
                          token[1].is("(") && token[3].is(",") && token[5].is(")");
    if (!declares) continue;
    tests.push_back({{token[2].text + "." + token[4].text, token[0].line}, token[0].line});
    int depth = 0;
    for (std::size_t j = i + 6; j < tokens.size(); ++j) {
      depth += tokens[j].is("{") ? 1 : tokens[j].is("}") ? -1 : 0;
      if (depth > 0) continue;
      tests.back().last_line = tokens[j].line;
      break;
    }
  }
  return tests;
}

}  // namespace

std::vector<NamedTest> tests_in(const std::filesystem::path& source) {
  const auto declared = declared_in(tokens_in(source));
  return {declared.begin(), declared.end()};
}

std::string with_only(const std::filesystem::path& source, const std::vector<std::string>& names) {
  const auto declared = declared_in(tokens_in(source));
  std::istringstream lines(text_of_file(source));
  std::string kept;
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const bool is_of_another = std::ranges::any_of(declared, [&](const DeclaredTest& test) {
      return test.line <= number && number <= test.last_line &&
             std::ranges::count(names, test.name) == 0;
    });
    if (!is_of_another) kept += line;
    kept += '\n';
  }
  return kept;
}

bool explores(const std::filesystem::path& source) {
  const auto tokens = tokens_in(source);
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (tokens[i].is("EXPLORE") && tokens[i + 1].is("(")) return true;
  }
  return false;
}

}  // namespace promissory::grading
