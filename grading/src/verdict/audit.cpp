#include "verdict/audit.hpp"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <regex>
#include <sstream>

namespace promissory::grading {
namespace {

struct Rule {
  const char* pattern;
  const char* why;
};

// Each was a way to a forged pass that worked against a judge that believes what the code under
// test prints, writes or returns.
constexpr std::array rules{
    Rule{R"(\b(_exit|_Exit|quick_exit|exit|at_quick_exit|atexit|on_exit)\s*\()",
         "ends the process, or acts when it ends"},
    Rule{
        R"(\b(abort|raise|kill|tgkill|syscall|fork|vfork|exec[lv]p?e?|posix_spawn|system|popen)\s*\()",
        "talks to the system instead of building a future"},
    Rule{R"(\b(asm|__asm__|__asm)\b)", "is assembly"},
    Rule{R"(__attribute__|\[\[\s*gnu::|\bno_sanitize)",
         "changes how the compiler instruments code"},
    Rule{R"(\b__(tsan|asan|lsan|ubsan|sanitizer|msan)_)", "talks to a sanitizer"},
    Rule{
        R"(\btesting\s*::|\bGTEST_|\b(EXPECT|ASSERT|ADD_FAILURE|SUCCEED|FAIL)(_\w+)?\s*\(|\bTEST(_F|_P)?\s*\()",
        "talks to GoogleTest"},
    Rule{R"(^\s*#\s*undef\b)", "undefines a macro that others rely on"},
    Rule{
        R"(^\s*#\s*define\s+(EXPECT|ASSERT|TEST|FAIL|private|protected|main|int|bool|true|false)\b)",
        "redefines a word that the tests use"},
    Rule{R"(^\s*#\s*include\s*[<"]\s*(/|.*\.\./|gtest|gmock))",
         "includes what is not the exercise's"},
    Rule{
        R"(^\s*#\s*include\s*<(fstream|filesystem|cstdio|stdio\.h|unistd\.h|dlfcn\.h|signal\.h|csignal|sys/|fcntl\.h|link\.h))",
        "opens a way to files or to the system"},
    Rule{
        R"(\b(set_terminate|set_new_handler|fopen|freopen|dlopen|dlsym|getenv|setenv|mmap|mprotect)\s*\()",
        "reaches outside the exercise"},
    Rule{R"(\bint\s+main\s*\()", "defines main"},
    Rule{R"(#\s*(embed|line)\b|__has_include|__FILE__|\bincbin\b)",
         "reads or hides files at compile time"},
};

// Comments become blanks and so do the insides of literals, line breaks stay.
std::string without_comments_and_literals(const std::string& text) {
  std::string bare = text;
  enum class In { code, line_comment, comment, string, character } in = In::code;
  bool include_line = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (c == '\n') {
      if (in == In::line_comment || in == In::string || in == In::character) in = In::code;
      include_line = false;
      continue;
    }
    switch (in) {
      case In::code:
        if (c == '#') include_line = true;
        if (c == '/' && next == '/') in = In::line_comment;
        if (c == '/' && next == '*') {
          in = In::comment;
          bare[i] = bare[i + 1] = ' ';
          ++i;
          break;
        }
        if (in == In::line_comment) bare[i] = ' ';
        if (c == '"' && !include_line) in = In::string;
        if (c == '\'' && (i == 0 || std::isalnum(static_cast<unsigned char>(text[i - 1])) == 0)) {
          in = In::character;
        }
        break;
      case In::line_comment:
        bare[i] = ' ';
        break;
      case In::comment:
        bare[i] = ' ';
        if (c == '*' && next == '/') {
          bare[i + 1] = ' ';
          ++i;
          in = In::code;
        }
        break;
      case In::string:
      case In::character: {
        const char quote = in == In::string ? '"' : '\'';
        if (c == quote) {
          in = In::code;
          break;
        }
        bare[i] = ' ';
        if (c == '\\' && next != '\0' && next != '\n') bare[++i] = ' ';
        break;
      }
    }
  }
  return bare;
}

}  // namespace

std::optional<Finding> audit(const std::filesystem::path& header) {
  std::ifstream in(header);
  std::ostringstream buffer;
  buffer << in.rdbuf();
  const auto text = buffer.str();
  if (text.find("R\"") != std::string::npos || text.find("?\?/") != std::string::npos) {
    return Finding{header.string(), 1,
                   "has a raw string or a trigraph, in which code can be hidden"};
  }
  std::istringstream lines(without_comments_and_literals(text));
  int number = 0;
  std::string joined;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.ends_with('\\')) {  // a directive may hide behind a continued line
      joined += line.substr(0, line.size() - 1);
      continue;
    }
    joined += line;
    for (const auto& rule : rules) {
      std::smatch match;
      if (std::regex_search(joined, match, std::regex(rule.pattern))) {
        return Finding{header.string(), number,
                       fmt::format("`{}` {}; no solution needs that", match.str(0), rule.why)};
      }
    }
    joined.clear();
  }
  return std::nullopt;
}

}  // namespace promissory::grading
