#include "commands/exploring.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <regex>

#include "complaint.hpp"
#include "workbook/test_source.hpp"

namespace promissory::grading {
namespace {

// No more digits than the explorer's numbers have room for.
const std::regex number(R"(\d{1,19})");
const std::regex replay(R"((mix|random|pct|pos|exhaustive):\d{1,19}:\d{1,9})");

}  // namespace

Seed seed_of(const std::string& text) {
  return std::regex_match(text, replay) ? Seed{"", text} : Seed{text, ""};
}

std::string complaint_about_seed(const std::string& text) {
  if (std::regex_match(text, number) || std::regex_match(text, replay)) return "";
  return fmt::format("`{}` is neither a number nor a schedule like mix:1:37", text);
}

std::vector<std::string> settings_for(const Seed& seed, bool all_steps) {
  std::vector<std::string> settings;
  if (!seed.number.empty()) settings.push_back("PROMISSORY_EXPLORE_SEED=" + seed.number);
  if (!seed.replay.empty()) settings.push_back("PROMISSORY_EXPLORE_REPLAY=" + seed.replay);
  if (all_steps) settings.emplace_back("PROMISSORY_EXPLORE_ALL=1");
  return settings;
}

std::vector<std::string> chosen_tests(const std::filesystem::path& source,
                                      const std::string& name) {
  std::vector<std::string> all;
  std::vector<std::string> chosen;
  for (const auto& test : tests_in(source)) {
    all.push_back(test.name);
    if (test.name == name) return {name};
    if (test.name.find(name) != std::string::npos) chosen.push_back(test.name);
  }
  if (all.empty()) throw Complaint(source.filename().string() + " has no test");
  if (chosen.empty()) {
    throw Complaint(fmt::format("no test `{}`: there are {}", name, fmt::join(all, ", ")));
  }
  return chosen;
}

}  // namespace promissory::grading
