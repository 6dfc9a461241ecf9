#include "report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "schedule.hpp"
#include "symbols.hpp"

namespace promissory::explorer {
namespace {

constexpr std::size_t narrowest = 12;
constexpr std::size_t widest_source = 72;
constexpr std::size_t most_steps = 60;
constexpr std::size_t first_steps = 12;

/// Columns on a screen: every byte that does not continue a UTF-8 character.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char it) { return (it & 0xc0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, width_of(text)), ' ');
}

std::string place_of(const std::vector<Frame>& stack) {
  if (stack.empty()) return {};
  const Frame& frame = stack.front();
  return fmt::format("{}:{}", std::filesystem::path(frame.file).filename().string(), frame.line);
}

std::string source_of(const std::vector<Frame>& stack) {
  if (stack.empty()) return {};
  std::string text = source_line(stack.front().file, stack.front().line);
  if (width_of(text) > widest_source) {
    text.resize(widest_source);
    text += " …";
  }
  return text;
}

std::string label_of(const Step& step) {
  return step.value.empty() ? step.action : step.action + ": " + step.value;
}

void add_notes(std::string& text, const Failure& failure) {
  std::vector<std::string> heads;
  std::size_t head_width = 0;
  std::size_t place_width = 0;
  for (const Note& note : failure.notes) {
    heads.push_back(note.thread < 0 ? note.text : fmt::format("T{} {}", note.thread, note.text));
    head_width = std::max(head_width, width_of(heads.back()));
    place_width = std::max(place_width, width_of(place_of(note.stack)));
  }
  for (std::size_t i = 0; i < failure.notes.size(); ++i) {
    const auto& stack = failure.notes[i].stack;
    std::string line = "  " + padded(heads[i], head_width) + "  " +
                       padded(place_of(stack), place_width) + "  " + source_of(stack);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
    if (stack.size() > 1) {
      std::string from;
      for (std::size_t j = 1; j < stack.size() && j < 5; ++j) {
        from += (j == 1 ? "" : " ← ") + place_of({stack[j]});
      }
      text += fmt::format("    called from {}\n", from);
    }
  }
  if (!failure.notes.empty()) text += "\n";
}

void replace(std::string& text, const std::string& what, const std::string& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

/// How to have this schedule again. A program that runs the test knows a better way than the
/// environment: "promissory explore 04 --test {test} --seed {replay}".
std::string again(const Failure& failure, const std::string& test) {
  const char* const command = std::getenv("PROMISSORY_EXPLORE_COMMAND");
  if (command == nullptr || *command == '\0') return "PROMISSORY_EXPLORE_REPLAY=" + failure.replay;
  std::string text = command;
  replace(text, "{test}", test);
  replace(text, "{replay}", failure.replay);
  return text;
}

const char* how_to_see_all() {
  const char* const command = std::getenv("PROMISSORY_EXPLORE_COMMAND");
  return command == nullptr || *command == '\0' ? "PROMISSORY_EXPLORE_ALL=1 shows" : "--all shows";
}

void add_steps(std::string& text, const Failure& failure, bool all_steps) {
  std::vector<const Step*> shown;
  int threads = 0;
  for (const Step& step : failure.steps) {
    threads = std::max(threads, step.thread + 1);
    if (step.matters || all_steps) shown.push_back(&step);
  }
  if (shown.empty()) return;
  std::vector<std::size_t> width(static_cast<std::size_t>(threads), 0);
  for (const Step* step : shown) {
    auto& column = width[static_cast<std::size_t>(step->thread)];
    column = std::max({column, width_of(label_of(*step)), narrowest});
  }
  std::string head = "  step ";
  for (std::size_t id = 0; id < width.size(); ++id) {
    if (width[id] > 0)
      head += " " + padded(id == 0 ? "T0 (test)" : fmt::format("T{}", id), width[id]);
  }
  head.erase(head.find_last_not_of(' ') + 1);
  text += head + "\n";
  const bool is_long = !all_steps && shown.size() > most_steps;
  const std::size_t resume = shown.size() - (most_steps - first_steps);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    if (is_long && i == first_steps) {
      text += fmt::format("     …  {} steps are left out here\n", resume - first_steps);
      i = resume;
    }
    const Step& step = *shown[i];
    std::string line = fmt::format("  {:4} ", step.number);
    for (std::size_t id = 0; id < width.size(); ++id) {
      if (width[id] == 0) continue;
      const bool is_here = id == static_cast<std::size_t>(step.thread);
      line += " " + padded(is_here ? label_of(step) : "·", width[id]);
    }
    line += "  " + place_of(step.stack) + "  " + source_of(step.stack);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  const std::size_t hidden = failure.steps.size() - shown.size();
  if (hidden > 0) {
    text += fmt::format("  {} steps that concern nobody else are not shown ({} them).\n", hidden,
                        how_to_see_all());
  }
  text += "\n";
}

nlohmann::ordered_json json_of(const std::vector<Frame>& stack) {
  auto frames = nlohmann::ordered_json::array();
  for (const Frame& frame : stack) {
    frames.push_back({{"function", frame.function},
                      {"file", frame.file},
                      {"line", frame.line},
                      {"source", source_line(frame.file, frame.line)}});
  }
  return frames;
}

}  // namespace

std::string report_of(const Failure& failure, const Options& options, bool all_steps,
                      const std::string& test) {
  std::string text = fmt::format("{} in schedule {} of {}", failure.kind, failure.schedule + 1,
                                 std::max(options.schedules, failure.schedule + 1));
  text += fmt::format(" (shown with {} preemption{})\n{}\n\n", failure.preemptions,
                      failure.preemptions == 1 ? "" : "s", failure.summary);
  add_notes(text, failure);
  add_steps(text, failure, all_steps);
  text += "  Again: " + again(failure, test) + "\n";
  return text;
}

std::string json_of(const Failure& failure, const std::string& test) {
  nlohmann::ordered_json json{{"test", test},
                              {"kind", failure.kind},
                              {"summary", failure.summary},
                              {"schedule", failure.schedule},
                              {"preemptions", failure.preemptions},
                              {"replay", failure.replay},
                              {"file", failure.file},
                              {"line", failure.line},
                              {"notes", nlohmann::ordered_json::array()},
                              {"steps", nlohmann::ordered_json::array()}};
  for (const Note& note : failure.notes) {
    json["notes"].push_back(
        {{"thread", note.thread}, {"text", note.text}, {"stack", json_of(note.stack)}});
  }
  for (const Step& step : failure.steps) {
    json["steps"].push_back({{"number", step.number},
                             {"thread", step.thread},
                             {"action", step.action},
                             {"value", step.value},
                             {"object", step.object},
                             {"target", step.target},
                             {"read_from", step.read_from},
                             {"matters", step.matters},
                             {"stack", json_of(step.stack)}});
  }
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace promissory::explorer
