// Colours and progress for people, plain text for pipes.
#pragma once

#include <string>

namespace promissory::grading {

enum class Colour { none, red, green, yellow, blue, dim, bold };

/// Wraps text in a colour when standard output is a terminal, or CLICOLOR_FORCE is set, and
/// NO_COLOR is not.
std::string paint(Colour colour, const std::string& text);

bool is_terminal();

/// One line on standard error that says what is being done, overwritten by the next; silent where
/// standard error is not a terminal. Thread-safe.
void show_progress(const std::string& what);
void clear_progress();

/// The number of columns that text takes, colours and UTF-8 continuation bytes left out.
std::size_t width_of(const std::string& text);

/// Text broken into lines of at most `width` columns, each behind `indent`.
std::string wrapped(const std::string& text, std::size_t width, const std::string& indent);

}  // namespace promissory::grading
