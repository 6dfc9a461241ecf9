#include "hunt/choices.hpp"

#include <algorithm>

#include "hunt/facts.hpp"

namespace promissory::grading {
namespace {

// TOML's tables have no order: the lines on which the words stand give it back.
std::vector<Choice> list_of(const Facts& facts, const char* key) {
  const auto* table = facts.table()[key].as_table();
  if (table == nullptr || table->empty()) facts.missing(key, "a table of words with their meaning");
  std::vector<std::pair<toml::source_index, Choice>> found;
  for (const auto& [name, value] : *table) {
    const auto means = value.value_exact<std::string>();
    if (!means) facts.missing(std::string(key) + "." + std::string(name.str()), "a string");
    found.emplace_back(value.source().begin.line, Choice{std::string(name.str()), *means});
  }
  std::ranges::sort(found, {}, [](const auto& entry) { return entry.first; });
  std::vector<Choice> choices;
  for (auto& entry : found) choices.push_back(std::move(entry.second));
  return choices;
}

}  // namespace

Choices read_choices(const std::filesystem::path& path) {
  const Facts facts(path);
  return {.causes = list_of(facts, "causes"),
          .instruments = list_of(facts, "instruments"),
          .failures = list_of(facts, "failures"),
          .themes = list_of(facts, "themes")};
}

const Choice* find(const std::vector<Choice>& choices, const std::string& name) {
  const auto found = std::ranges::find(choices, name, &Choice::name);
  return found == choices.end() ? nullptr : &*found;
}

}  // namespace promissory::grading
