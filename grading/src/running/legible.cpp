#include "running/legible.hpp"

#include <array>
#include <regex>
#include <utility>

namespace promissory::grading {
namespace {

constexpr std::size_t longest_report = 20'000;

bool continues(unsigned char c) {
  return (c & 0xC0U) == 0x80U;
}

// The length of the well-formed UTF-8 sequence at `i`, 0 when there is none.
std::size_t sequence_at(const std::string& text, std::size_t i) {
  const auto byte = [&](std::size_t offset) {
    return i + offset < text.size() ? static_cast<unsigned char>(text[i + offset])
                                    : static_cast<unsigned char>(0);
  };
  const auto first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF && continues(byte(1))) return 2;
  if (first >= 0xE0 && first <= 0xEF && continues(byte(1)) && continues(byte(2))) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) >= 0xA0;
    return overlong || surrogate ? 0 : 3;
  }
  if (first >= 0xF0 && first <= 0xF4 && continues(byte(1)) && continues(byte(2)) &&
      continues(byte(3))) {
    const bool overlong = first == 0xF0 && byte(1) < 0x90;
    const bool too_large = first == 0xF4 && byte(1) >= 0x90;
    return overlong || too_large ? 0 : 4;
  }
  return 0;
}

}  // namespace

std::string legible(const std::string& text, std::size_t most) {
  std::string clean;
  for (std::size_t i = 0; i < text.size();) {
    if (clean.size() >= most) return clean + "…";
    const auto length = sequence_at(text, i);
    const auto c = static_cast<unsigned char>(text[i]);
    const bool is_control = (c < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
    if (length == 0) {
      clean += "\xEF\xBF\xBD";
    } else if (!is_control) {
      clean.append(text, i, length);
    }
    i += length == 0 ? 1 : length;
  }
  return clean;
}

std::string without_addresses(const std::string& text, std::size_t most) {
  static const std::regex address("0x[0-9a-f]{9,16}");
  return std::regex_replace(legible(text, most), address, "0x…");
}

std::string without_run_noise(const std::string& text) {
  static const std::array<std::pair<std::regex, const char*>, 9> noise{{
      {std::regex(R"(==\d{1,10}==)"), ""},
      {std::regex(R"(#(\d{1,4}) 0x[0-9a-f]{1,16} )"), "#$1 "},
      {std::regex(R"( ?\(pid=\d{1,10}\))"), ""},
      {std::regex(R"( ?\(tid=\d{1,10}, [a-z ]{1,20}\))"), ""},
      {std::regex(R"( ?\(BuildId: [0-9a-f]{1,64}\))"), ""},
      {std::regex(R"(\+0x[0-9a-f]{1,16}\))"), ")"},
      {std::regex(R"(0x[0-9a-f]{6,16})"), "0x…"},
      // The support library: "2 threads (main, worker 4711) asleep", "left thread worker 4711 or".
      {std::regex(R"(([(,] ?[^\s(),]{1,16}) \d{1,10}(?=[,)]))"), "$1"},
      {std::regex(R"(\b(thread [^\s(),]{1,16}) \d{1,10} (?=or |without ))"), "$1 "},
  }};
  auto clean = legible(text, longest_report);
  for (const auto& [pattern, instead] : noise) clean = std::regex_replace(clean, pattern, instead);
  return clean;
}

}  // namespace promissory::grading
