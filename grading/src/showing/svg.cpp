#include "showing/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "showing/escaped.hpp"
#include "showing/terminal.hpp"

namespace promissory::grading {
namespace {

constexpr int column_width = 8;
constexpr int line_height = 18;
constexpr int margin = 16;
constexpr int bar_height = 28;

// One line with SGR codes becomes a row of tspans; each piece is put at its column, so that a font
// whose glyphs are wider does not push the rest.
std::string spans(const std::string& line) {
  static const std::map<std::string, std::string> styles{{"31", "r"}, {"32", "g"}, {"33", "y"},
                                                         {"36", "b"}, {"2", "d"},  {"1", "s"}};
  std::string out;
  std::string style;
  std::size_t column = 0;
  for (std::size_t at = 0; at < line.size();) {
    const auto escape = std::min(line.find('\033', at), line.size());
    const auto piece = line.substr(at, escape - at);
    if (!piece.empty()) {
      out += fmt::format("<tspan x=\"{}\"{}>{}</tspan>",
                         margin + static_cast<int>(column) * column_width,
                         style.empty() ? "" : fmt::format(" class=\"{}\"", style), escaped(piece));
      column += width_of(piece);
    }
    if (escape == line.size()) break;
    const auto end = line.find('m', escape);
    if (end == std::string::npos) break;
    const auto found = styles.find(line.substr(escape + 2, end - escape - 2));
    style = found == styles.end() ? "" : found->second;
    at = end + 1;
  }
  return out;
}

}  // namespace

std::string screen_svg(const std::string& title, const std::string& screen) {
  std::string rows;
  std::size_t columns = width_of(title) + 8;
  int count = 0;
  std::istringstream lines(screen);
  for (std::string line; std::getline(lines, line);) {
    columns = std::max(columns, width_of(line));
    rows += fmt::format("  <text y=\"{}\" xml:space=\"preserve\">{}</text>\n",
                        bar_height + margin + line_height * ++count - 5, spans(line));
  }
  const auto width = 2 * margin + static_cast<int>(columns) * column_width;
  const auto height = bar_height + 2 * margin + line_height * count;
  return fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img">
  <title>{2}</title>
  <style>
    text {{ font: 13px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #d8dee9 }}
    .r {{ fill: #ff7b72 }} .g {{ fill: #7ee787 }} .y {{ fill: #f2cc60 }} .b {{ fill: #79c0ff }}
    .d {{ fill: #8b949e }} .s {{ font-weight: bold; fill: #ffffff }}
  </style>
  <rect width="{0}" height="{1}" rx="8" fill="#161b22"/>
  <circle cx="18" cy="14" r="5" fill="#ff7b72"/><circle cx="34" cy="14" r="5" fill="#f2cc60"/><circle cx="50" cy="14" r="5" fill="#7ee787"/>
  <text x="70" y="19" class="d">{2}</text>
{3}</svg>
)",
      width, height, escaped(title), rows);
}

}  // namespace promissory::grading
