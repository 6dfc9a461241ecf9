#include "showing/terminal.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <mutex>
#include <sstream>

namespace promissory::grading {
namespace {

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

bool coloured() {
  static const bool yes = !is_set("NO_COLOR") && (is_terminal() || is_set("CLICOLOR_FORCE"));
  return yes;
}

const char* code(Colour colour) {
  switch (colour) {
    case Colour::red:
      return "31";
    case Colour::green:
      return "32";
    case Colour::yellow:
      return "33";
    case Colour::blue:
      return "36";
    case Colour::dim:
      return "2";
    case Colour::bold:
      return "1";
    case Colour::none:
      break;
  }
  return "0";
}

std::mutex progress_mutex;
bool progress_shown = false;

}  // namespace

bool is_terminal() {
  return ::isatty(STDOUT_FILENO) == 1;
}

std::string paint(Colour colour, const std::string& text) {
  if (colour == Colour::none || text.empty() || !coloured()) return text;
  return fmt::format("\033[{}m{}\033[0m", code(colour), text);
}

void show_progress(const std::string& what) {
  if (::isatty(STDERR_FILENO) != 1) return;
  const std::lock_guard lock(progress_mutex);
  fmt::print(stderr, "\r\033[K  … {}", what);
  std::fflush(stderr);
  progress_shown = true;
}

void clear_progress() {
  const std::lock_guard lock(progress_mutex);
  if (!progress_shown) return;
  fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
  progress_shown = false;
}

std::size_t width_of(const std::string& text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\033') {
      i = text.find('m', i);
      if (i == std::string::npos) break;
    } else if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) {
      ++width;
    }
  }
  return width;
}

std::string wrapped(const std::string& text, std::size_t width, const std::string& indent) {
  std::string out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("    ") || line.starts_with("```")) {  // code stays as it is
      out += indent + line + "\n";
      continue;
    }
    std::istringstream words(line);
    std::string row;
    for (std::string word; words >> word;) {
      if (!row.empty() && width_of(row) + 1 + width_of(word) > width) {
        out += indent + row + "\n";
        row.clear();
      }
      row += (row.empty() ? "" : " ") + word;
    }
    out += row.empty() ? "\n" : indent + row + "\n";
  }
  return out;
}

}  // namespace promissory::grading
