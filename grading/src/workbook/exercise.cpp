#include "workbook/exercise.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include "complaint.hpp"

namespace promissory::grading {
namespace {

class Reader {
 public:
  explicit Reader(const std::filesystem::path& path) : path_(path) {
    try {
      table_ = toml::parse_file(path.string());
    } catch (const toml::parse_error& error) {
      throw Complaint(fmt::format("{}:{}: not valid TOML: {}", path.string(),
                                  error.source().begin.line, error.description()));
    }
  }

  template <class T>
  T need(const char* key) const {
    return convert<T>(table_.at_path(key), key);
  }

  std::vector<std::string> list(const char* key) const {
    const auto node = table_.at_path(key);
    if (!node.is_array()) missing(key, "a list of strings");
    std::vector<std::string> items;
    for (const auto& item : *node.as_array()) {
      const auto* text = item.as_string();
      if (text == nullptr) missing(key, "a list of strings");
      items.push_back(text->get());
    }
    return items;
  }

  std::vector<std::string> list_if_any(const char* key) const {
    return table_.contains(key) ? list(key) : std::vector<std::string>();
  }

  bool flag_if_any(const char* key) const {
    if (!table_.contains(key)) return false;
    const auto value = table_.at_path(key).value_exact<bool>();
    if (!value) missing(key, "true or false");
    return *value;
  }

  std::vector<Hint> hints() const {
    const auto node = table_.at_path("hints");
    if (!node.is_array()) missing("[[hints]]", "a ladder of tables with title and text");
    std::vector<Hint> ladder;
    for (const auto& item : *node.as_array()) {
      const auto* rung = item.as_table();
      if (rung == nullptr) missing("[[hints]]", "a ladder of tables with title and text");
      ladder.push_back({convert<std::string>((*rung)["title"], "hints.title"),
                        convert<std::string>((*rung)["text"], "hints.text")});
    }
    return ladder;
  }

 private:
  template <class T, class Node>
  T convert(const Node& node, const char* key) const {
    const auto value = node.template value_exact<T>();
    if (!value) missing(key, std::is_same_v<T, std::string> ? "a string" : "a number");
    return *value;
  }

  [[noreturn]] void missing(const char* key, const char* kind) const {
    throw Complaint(fmt::format("{}: `{}` must be {}", path_.string(), key, kind));
  }

  std::filesystem::path path_;
  toml::table table_;
};

}  // namespace

Exercise read_exercise(const std::filesystem::path& description) {
  const Reader reader(description);
  Exercise exercise;
  exercise.folder = description.parent_path().filename().string();
  exercise.id = reader.need<std::string>("id");
  exercise.title = reader.need<std::string>("title");
  exercise.level = reader.need<std::string>("level");
  exercise.stretch = reader.flag_if_any("stretch");
  exercise.minutes = static_cast<int>(reader.need<int64_t>("minutes"));
  exercise.goal = reader.need<std::string>("goal");
  exercise.needs = reader.list("needs");
  exercise.files = reader.list("files");
  exercise.given = reader.list_if_any("given");
  exercise.libraries = reader.list_if_any("libraries");
  exercise.interview = reader.list("interview");
  exercise.read = reader.need<std::string>("read");
  exercise.flavours = reader.list("flavours");
  exercise.compile_limit = std::chrono::seconds(reader.need<int64_t>("limits.compile_seconds"));
  exercise.test_limit = std::chrono::seconds(reader.need<int64_t>("limits.test_seconds"));
  exercise.hints = reader.hints();
  if (!exercise.folder.starts_with(exercise.id + "-")) {
    throw Complaint(fmt::format("{}: id \"{}\" does not begin the folder's name",
                                description.string(), exercise.id));
  }
  if (exercise.files.empty()) {
    throw Complaint(fmt::format("{}: `files` is empty: nothing to grade", description.string()));
  }
  for (const auto& flavour : exercise.flavours) {
    if (flavour == "plain" || flavour == "tsan" || flavour == "asan") continue;
    throw Complaint(fmt::format("{}: `flavours` may be plain, tsan and asan, not {}{}",
                                description.string(), flavour,
                                flavour == "explore" ? ": an explore_test.cpp is enough" : ""));
  }
  return exercise;
}

}  // namespace promissory::grading
