#include "workbook/tokens.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

namespace promissory::grading {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\f' || c == '\v' || c == '\r' || c == '\0';
}

// Letters of other alphabets are bytes above 127.
bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80U;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Text whose lines that end in a backslash are joined; each character keeps its place.
class Joined {
 public:
  explicit Joined(const std::string& text) : original_(text) {
    int line = 1;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\\') {
        // Blanks after the backslash are ignored by the compilers too.
        auto end = i + 1;
        while (end < text.size() && is_blank(text[end])) ++end;
        if (end < text.size() && text[end] == '\n') {
          ++line;
          i = end;
          continue;
        }
      }
      text_ += text[i];
      lines_.push_back(line);
      origins_.push_back(i);
      if (text[i] == '\n') ++line;
    }
    lines_.push_back(line);
  }

  char at(std::size_t i) const { return i < text_.size() ? text_[i] : '\n'; }
  bool has(std::size_t i, std::string_view part) const {
    return std::string_view(text_).substr(std::min(i, text_.size()), part.size()) == part;
  }
  std::size_t size() const { return text_.size(); }
  int line(std::size_t i) const { return lines_[std::min(i, lines_.size() - 1)]; }
  std::string part(std::size_t begin, std::size_t end) const {
    return text_.substr(begin, end - begin);
  }

  // The end of the raw string whose opening quote is at `i`. In it no line is joined, so it is read
  // from the text as it was.
  std::optional<std::size_t> end_of_raw_string(std::size_t i) const {
    const auto quote = origins_.at(i);
    const auto open = original_.find('(', quote);
    if (open == std::string::npos) return std::nullopt;
    const auto closing = ")" + original_.substr(quote + 1, open - quote - 1) + "\"";
    const auto close = original_.find(closing, open);
    if (close == std::string::npos) return std::nullopt;
    const auto end = std::ranges::lower_bound(origins_, close + closing.size());
    return static_cast<std::size_t>(end - origins_.begin());
  }

 private:
  const std::string& original_;
  std::string text_;
  std::vector<std::size_t> origins_;
  std::vector<int> lines_;
};

class Lexer {
 public:
  explicit Lexer(const std::string& text) : text_(text) {}

  Tokens run() {
    while (at_ < text_.size() && !tokens_.unreadable) step();
    return std::move(tokens_);
  }

 private:
  void step() {
    const char c = text_.at(at_);
    if (c == '\n') {
      fresh_line_ = true;
      wants_header_ = false;
      ++at_;
    } else if (is_blank(c)) {
      ++at_;
    } else if (text_.has(at_, "//")) {
      while (text_.at(at_) != '\n') ++at_;
    } else if (text_.has(at_, "/*")) {
      at_ += 2;
      while (at_ < text_.size() && !text_.has(at_, "*/")) ++at_;
      at_ += 2;
    } else if (wants_header_ && (c == '<' || c == '"')) {
      literal(Token::Kind::header, c == '<' ? '>' : '"');
    } else if (is_digit(c) || (c == '.' && is_digit(text_.at(at_ + 1)))) {
      number();
    } else if (is_word(c)) {
      word();
    } else if (c == '"') {
      literal(Token::Kind::string, '"');
    } else if (c == '\'') {
      literal(Token::Kind::character, '\'');
    } else {
      mark();
    }
  }

  void push(Token::Kind kind, std::string text, std::size_t end) {
    tokens_.list.push_back({kind, std::move(text), text_.line(at_), fresh_line_});
    fresh_line_ = false;
    wants_header_ = false;
    at_ = end;
  }

  void word() {
    auto end = at_;
    while (is_word(text_.at(end))) ++end;
    const auto text = text_.part(at_, end);
    if (text_.at(end) == '"' &&
        (text == "R" || text == "LR" || text == "uR" || text == "UR" || text == "u8R")) {
      if (!tokens_.raw_string) tokens_.raw_string = text_.line(at_);
      const auto after = text_.end_of_raw_string(end);
      if (!after) tokens_.unreadable = text_.line(at_);
      push(Token::Kind::string, text, after.value_or(text_.size()));
      return;
    }
    const bool after_hash = !fresh_line_ && !tokens_.list.empty() && tokens_.list.back().is("#") &&
                            tokens_.list.back().begins_line;
    push(Token::Kind::word, text, end);
    wants_header_ = after_hash && (text == "include" || text == "include_next" ||
                                   text == "import" || text == "embed");
  }

  void number() {
    auto end = at_ + 1;
    const auto goes_on = [&] {
      const char c = text_.at(end);
      const char before = text_.at(end - 1);
      const bool exponent = before == 'e' || before == 'E' || before == 'p' || before == 'P';
      return is_word(c) || c == '.' || (c == '\'' && is_word(text_.at(end + 1))) ||
             (exponent && (c == '+' || c == '-'));
    };
    while (goes_on()) ++end;
    push(Token::Kind::number, text_.part(at_, end), end);
  }

  void literal(Token::Kind kind, char quote) {
    auto end = at_ + 1;
    while (text_.at(end) != quote) {
      if (text_.at(end) == '\n') {
        tokens_.unreadable = text_.line(at_);
        return;
      }
      // In the name of a header a backslash is a letter like any other.
      end +=
          text_.at(end) == '\\' && kind != Token::Kind::header && text_.at(end + 1) != '\n' ? 2 : 1;
    }
    push(kind, text_.part(at_, end + 1), end + 1);
  }

  void mark() {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> longer{{
        {"%:%:", "##"},
        {"%:", "#"},
        {"##", "##"},
        {"<%", "{"},
        {"%>", "}"},
        {"::", "::"},
        {":>", "]"},
        {"->", "->"},
    }};
    for (const auto& [spelling, meaning] : longer) {
      if (text_.has(at_, spelling)) {
        push(Token::Kind::mark, std::string(meaning), at_ + spelling.size());
        return;
      }
    }
    // `<::` is `<` and `::`, unless what follows would make no sense then.
    const char third = text_.at(at_ + 3);
    if (text_.has(at_, "<:") && (!text_.has(at_, "<::") || third == ':' || third == '>')) {
      push(Token::Kind::mark, "[", at_ + 2);
      return;
    }
    push(Token::Kind::mark, std::string(1, text_.at(at_)), at_ + 1);
  }

  Joined text_;
  Tokens tokens_;
  std::size_t at_ = 0;
  bool fresh_line_ = true;
  bool wants_header_ = false;
};

}  // namespace

Tokens tokens_of(const std::string& text) {
  return Lexer(text).run();
}

}  // namespace promissory::grading
