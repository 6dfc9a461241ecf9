#include "golden.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <regex>

#include "toy_files.hpp"

namespace promissory::grading {
namespace {

// The support library lies where the kits say, not in the toy workbook.
std::string without_sources(std::string text) {
  const auto kit = nlohmann::json::parse(read_file(built_kits() / "plain" / "kit.json"));
  const std::filesystem::path support = kit.at("support").get<std::string>();
  const auto prefix = support.parent_path().string() + "/";
  for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at)) {
    text.erase(at, prefix.size());
  }
  return text;
}

// What a sleeping thread sleeps in is called differently by another kernel.
std::string without_kernel(const std::string& text) {
  static const std::regex channel("asleep in [a-z0-9_]+");
  return std::regex_replace(text, channel, "asleep in …");
}

}  // namespace

void expect_golden(const std::string& name, const std::string& text) {
  const auto path = toys().parent_path() / "golden" / name;
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    write_file(path, text);
    return;
  }
  EXPECT_EQ(read_file(path), text) << "UPDATE_GOLDEN=1 makes this the new golden/" << name;
}

std::string without_times(const std::string& text) {
  static const std::regex time(R"(\(\d+\.\d s\))");
  return without_sources(without_kernel(std::regex_replace(text, time, "(… s)")));
}

std::string without_timing(const std::string& report) {
  auto json = nlohmann::ordered_json::parse(report);
  EXPECT_TRUE(json.contains("timing"));
  json["timing"] = "…";
  return without_sources(without_kernel(json.dump(2) + "\n"));
}

}  // namespace promissory::grading
