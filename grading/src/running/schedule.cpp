#include "running/schedule.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "running/legible.hpp"

namespace promissory::grading {
namespace {

using nlohmann::json;

// The explorer has room for so many threads; a picture has not.
constexpr int most_threads = 64;

std::string text_at(const json& object, const char* key) {
  return without_addresses(object.value(key, ""));
}

std::vector<SourcePlace> stack_at(const json& object) {
  std::vector<SourcePlace> stack;
  for (const auto& frame : object.at("stack")) {
    stack.push_back({.function = text_at(frame, "function"),
                     .file = legible(frame.value("file", "")),
                     .line = frame.value("line", 0),
                     .source = legible(frame.value("source", ""))});
  }
  return stack;
}

ScheduleStep step_of(const json& object) {
  return {.number = object.at("number"),
          .thread = std::clamp(object.at("thread").get<int>(), 0, most_threads - 1),
          .action = text_at(object, "action"),
          .value = text_at(object, "value"),
          .target = std::clamp(object.value("target", -1), -1, most_threads - 1),
          .read_from = object.value("read_from", -1),
          .matters = object.value("matters", true),
          .stack = stack_at(object)};
}

}  // namespace

std::optional<Schedule> read_schedule(const std::string& line) {
  try {
    const auto object = json::parse(line);
    Schedule schedule{.test = text_at(object, "test"),
                      .kind = text_at(object, "kind"),
                      .summary = text_at(object, "summary"),
                      .replay = text_at(object, "replay"),
                      .notes = {},
                      .steps = {}};
    for (const auto& note : object.at("notes")) {
      schedule.notes.push_back({.thread = note.value("thread", -1),
                                .text = text_at(note, "text"),
                                .stack = stack_at(note)});
    }
    for (const auto& step : object.at("steps")) schedule.steps.push_back(step_of(step));
    return schedule;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace promissory::grading
