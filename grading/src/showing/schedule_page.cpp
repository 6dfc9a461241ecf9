#include "showing/schedule_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "running/shell_word.hpp"
#include "showing/escaped.hpp"
#include "showing/paths.hpp"
#include "showing/schedule_page_parts.hpp"
#include "showing/schedule_picture.hpp"

namespace promissory::grading {
namespace {

using Shown = std::vector<const ScheduleStep*>;

// A browser is slow with more, and nobody reads them.
constexpr std::size_t most_drawn = 1500;

class Page {
 public:
  Page(const Workbook& workbook, std::string command)
      : workbook_(workbook), command_(std::move(command)) {}

  std::string section(const Schedule& schedule, std::size_t number) const {
    const auto few = last_of(chosen(schedule, [](const auto& step) { return step.matters; }));
    const auto every = last_of(chosen(schedule, [](const auto&) { return true; }));
    const auto again = fmt::format("{} --test {} --seed {}", command_, for_a_shell(schedule.test),
                                   schedule.replay);
    return fmt::format(
        schedule_section, fmt::arg("n", number), fmt::arg("test", escaped(schedule.test)),
        fmt::arg("kind", escaped(schedule.kind)),
        fmt::arg("summary", escaped(without_root(workbook_.root, schedule.summary))),
        fmt::arg("notes", notes(schedule)),
        fmt::arg("hidden", schedule.steps.size() - count_of_matters(schedule)),
        fmt::arg("left_out", left_out(schedule, every)),
        fmt::arg("few", schedule_picture(schedule, few, fmt::format("few-{}", number))),
        fmt::arg("every", schedule_picture(schedule, every, fmt::format("every-{}", number))),
        fmt::arg("steps", steps(schedule, every, number)), fmt::arg("again", escaped(again)));
  }

 private:
  template <class Choice>
  static Shown chosen(const Schedule& schedule, Choice is_wanted) {
    Shown shown;
    for (const auto& step : schedule.steps) {
      if (is_wanted(step)) shown.push_back(&step);
    }
    return shown;
  }

  // The end is where it goes wrong.
  static Shown last_of(Shown shown) {
    if (shown.size() > most_drawn) {
      shown.erase(shown.begin(), shown.end() - static_cast<std::ptrdiff_t>(most_drawn));
    }
    return shown;
  }

  static std::size_t count_of_matters(const Schedule& schedule) {
    return static_cast<std::size_t>(
        std::ranges::count_if(schedule.steps, [](const auto& step) { return step.matters; }));
  }

  static std::string left_out(const Schedule& schedule, const Shown& every) {
    const auto count = schedule.steps.size() - every.size();
    if (count == 0) return "";
    return fmt::format(
        "<p class=\"quiet\">Only the last {} steps are drawn, {} before them are "
        "not.</p>\n",
        every.size(), count);
  }

  std::string place(const SourcePlace& place) const {
    return fmt::format("<span class=\"place\">{}:{}</span> <code>{}</code>",
                       escaped(shortened(workbook_.root, place.file)), place.line,
                       escaped(place.source));
  }

  static std::string thread(int thread) {
    return fmt::format("<b class=\"thread t{0}\">T{1}</b>", thread % 6, thread);
  }

  static const char* words_for(Arrow::Kind kind) {
    switch (kind) {
      case Arrow::Kind::wake:
        return "woken by";
      case Arrow::Kind::value:
        return "reads what was written in";
      case Arrow::Kind::lock:
        return "could go on after";
      case Arrow::Kind::life:
        break;
    }
    return "follows";
  }

  std::string stack(const std::vector<SourcePlace>& stack) const {
    std::string text;
    for (std::size_t i = 0; i < stack.size(); ++i) {
      text += fmt::format("<span class=\"frame\">{}{}</span>", i == 0 ? "" : "← ", place(stack[i]));
    }
    return text;
  }

  std::string notes(const Schedule& schedule) const {
    std::string text;
    for (const auto& note : schedule.notes) {
      text += fmt::format("<li>{}<span>{}</span>{}</li>\n",
                          note.thread < 0 ? "" : thread(note.thread) + " ", escaped(note.text),
                          stack(note.stack));
    }
    return text.empty() ? "" : "<ul class=\"notes\">\n" + text + "</ul>\n";
  }

  std::string steps(const Schedule& schedule, const Shown& shown, std::size_t number) const {
    std::string text;
    std::map<int, std::string> after;
    for (const auto& arrow : arrows_of(schedule, shown)) {
      after[arrow.to] += fmt::format(" <span class=\"quiet\">{} step {}</span>",
                                     words_for(arrow.kind), arrow.from);
    }
    for (const auto* step : shown) {
      text += fmt::format(
          "<li id=\"step-{}-{}\"{}><span class=\"number\">{}</span> {} <span "
          "class=\"action\">{}</span>{}{}{}</li>\n",
          number, step->number, step->matters ? "" : " class=\"minor\"", step->number,
          thread(step->thread), escaped(step->action),
          step->value.empty() ? "" : ": <span class=\"value\">" + escaped(step->value) + "</span>",
          after[step->number], stack(step->stack));
    }
    return text;
  }

  const Workbook& workbook_;
  std::string command_;
};

}  // namespace

std::string schedule_page(const Workbook& workbook, const std::string& command,
                          const std::vector<Schedule>& schedules) {
  const Page page(workbook, command);
  std::string sections;
  for (std::size_t i = 0; i < schedules.size(); ++i) sections += page.section(schedules[i], i);
  const auto title = schedules.size() == 1 ? schedules.front().test
                                           : fmt::format("{} schedules", schedules.size());
  return fmt::format(schedule_document, fmt::arg("title", escaped(title)),
                     fmt::arg("style", schedule_style), fmt::arg("script", schedule_script),
                     fmt::arg("sections", sections));
}

}  // namespace promissory::grading
