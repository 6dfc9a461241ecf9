#include "commands/exploring.hpp"

#include <fmt/format.h>

#include <regex>

namespace promissory::grading {
namespace {

// No more digits than the explorer's numbers have room for.
const std::regex number(R"(\d{1,19})");
const std::regex replay(R"((mix|random|pct|pos|exhaustive):\d{1,19}:\d{1,9})");

}  // namespace

Seed seed_of(const std::string& text) {
  return std::regex_match(text, replay) ? Seed{"", text} : Seed{text, ""};
}

std::string complaint_about_seed(const std::string& text) {
  if (std::regex_match(text, number) || std::regex_match(text, replay)) return "";
  return fmt::format("`{}` is neither a number nor a schedule like mix:1:37", text);
}

}  // namespace promissory::grading
