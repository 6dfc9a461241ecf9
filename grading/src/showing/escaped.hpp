// Text as it stands in HTML, XML and SVG.
#pragma once

#include <string>

namespace promissory::grading {

/// Fit for the text of an element and for an attribute's value in double or single quotes.
inline std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace promissory::grading
