// One JSON object on one line.
#pragma once

#include <string>
#include <string_view>

namespace promissory::support {

/// Members appear in the order in which they are added; keys must need no escape.
class JsonLine {
 public:
  explicit JsonLine(std::string_view event) { text("event", event); }

  /// Any bytes: what is not UTF-8 becomes U+FFFD.
  JsonLine& text(std::string_view key, std::string_view value);
  JsonLine& number(std::string_view key, long long value);
  JsonLine& flag(std::string_view key, bool value);

  /// @return the object and a line break
  std::string str() const { return "{" + members_ + "}\n"; }

 private:
  JsonLine& raw(std::string_view key, std::string_view value);

  std::string members_;
};

}  // namespace promissory::support
