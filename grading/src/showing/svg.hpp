// A terminal's screen as a picture.
#pragma once

#include <string>

namespace promissory::grading {

/// @param title what stands in the window's bar: the command
/// @param screen text with the colours of paint()
/// @return an SVG that needs nothing from elsewhere and can be selected and read aloud
std::string screen_svg(const std::string& title, const std::string& screen);

}  // namespace promissory::grading
