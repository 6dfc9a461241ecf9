// C++ source text as a compiler's first phases see it.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace promissory::grading {

struct Token {
  enum class Kind { word, number, string, character, header, mark } kind;
  std::string text;          // a literal with its quotes, a header with its brackets or quotes
  int line = 0;              // counted from 1, in the file as it is
  bool begins_line = false;  // the first of a line, where only `#` makes a directive

  bool is(const char* other) const { return text == other; }
};

struct Tokens {
  std::vector<Token> list;
  std::optional<int> raw_string;  // the line of the first one
  std::optional<int> unreadable;  // the line of the first literal without an end
};

/// Continued lines are joined, comments dropped, digraphs spelled out, and `::`, `->` and `##` are
/// one mark. Ends at the first literal without an end.
Tokens tokens_of(const std::string& text);

}  // namespace promissory::grading
