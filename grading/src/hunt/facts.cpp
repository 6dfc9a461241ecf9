#include "hunt/facts.hpp"

#include <fmt/format.h>

#include "complaint.hpp"

namespace promissory::grading {

Facts::Facts(const std::filesystem::path& path) : path_(path) {
  if (!std::filesystem::is_regular_file(path)) {
    throw Complaint(fmt::format("{}: there is no such file", path.string()));
  }
  try {
    table_ = toml::parse_file(path.string());
  } catch (const toml::parse_error& error) {
    throw Complaint(fmt::format("{}:{}: not valid TOML: {}", path.string(),
                                error.source().begin.line, error.description()));
  }
}

std::string Facts::text(const char* key) const {
  const auto value = table_.at_path(key).value_exact<std::string>();
  if (!value) missing(key, "a string");
  return *value;
}

int Facts::number(const char* key) const {
  const auto value = table_.at_path(key).value_exact<int64_t>();
  if (!value) missing(key, "a number");
  return static_cast<int>(*value);
}

std::vector<std::string> Facts::texts(const char* key) const {
  const auto node = table_.at_path(key);
  if (!node) missing(key, "a list of strings");
  return texts_of(*node.node(), key);
}

std::vector<std::vector<std::string>> Facts::groups(const char* key) const {
  const auto node = table_.at_path(key);
  if (!node.is_array()) missing(key, "a list of lists of strings");
  std::vector<std::vector<std::string>> groups;
  for (const auto& item : *node.as_array()) groups.push_back(texts_of(item, key));
  return groups;
}

bool Facts::flag_if_any(const char* key) const {
  if (!table_.contains(key)) return false;
  const auto value = table_.at_path(key).value_exact<bool>();
  if (!value) missing(key, "true or false");
  return *value;
}

void Facts::missing(const std::string& key, const char* kind) const {
  throw Complaint(fmt::format("{}: `{}` must be {}", path_.string(), key, kind));
}

std::vector<std::string> Facts::texts_of(const toml::node& node, const char* key) const {
  if (!node.is_array()) missing(key, "a list of strings");
  std::vector<std::string> texts;
  for (const auto& item : *node.as_array()) {
    const auto text = item.value_exact<std::string>();
    if (!text) missing(key, "a list of strings");
    texts.push_back(*text);
  }
  return texts;
}

}  // namespace promissory::grading
