// One TOML file, read with complaints that name it.
#pragma once

#include <toml++/toml.h>

#include <filesystem>
#include <string>
#include <vector>

namespace promissory::grading {

class Facts {
 public:
  /// @throws Complaint when there is no such file or it is not TOML
  explicit Facts(const std::filesystem::path& path);

  /// @throws Complaint when it is missing or of another type
  std::string text(const char* key) const;
  int number(const char* key) const;
  std::vector<std::string> texts(const char* key) const;
  std::vector<std::vector<std::string>> groups(const char* key) const;

  bool flag_if_any(const char* key) const;
  const toml::table& table() const { return table_; }
  [[noreturn]] void missing(const std::string& key, const char* kind) const;

 private:
  std::vector<std::string> texts_of(const toml::node& node, const char* key) const;

  std::filesystem::path path_;
  toml::table table_;
};

}  // namespace promissory::grading
