#include "showing/schedule_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "showing/escaped.hpp"
#include "showing/terminal.hpp"

namespace promissory::grading {
namespace {

using Shown = std::vector<const ScheduleStep*>;

// Pixels; a letter is as wide as in the widest of the usual monospaced fonts at 12 px.
constexpr double letter = 7.4;
constexpr int line_height = 15;
constexpr int gutter = 48;   // for the numbers of the steps
constexpr int between = 34;  // from box to box, room for arrows
constexpr int row_gap = 10;
constexpr int box_padding = 7;
constexpr int head_height = 34;
constexpr std::size_t narrowest = 14;  // letters
constexpr std::size_t widest_note = 24;
constexpr int colours = 6;

struct Box {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  int middle() const { return y + height / 2; }
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

bool starts_another(const ScheduleStep& step) {
  return step.target >= 0 && step.target != step.thread && step.action.starts_with("starts ");
}

int height_of(std::size_t lines) {
  return 2 * box_padding + line_height * static_cast<int>(lines);
}

class Picture {
 public:
  Picture(const Schedule& schedule, const Shown& shown, std::string prefix)
      : schedule_(schedule), shown_(shown), prefix_(std::move(prefix)) {
    measure_lanes();
    place_boxes();
  }

  std::string svg() const {
    return fmt::format(
        "<svg class=\"heads\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
        "aria-hidden=\"true\">\n{2}</svg>\n"
        "<svg class=\"lanes\" id=\"{3}\" width=\"{0}\" height=\"{4}\" viewBox=\"0 0 {0} {4}\" "
        "role=\"listbox\" aria-label=\"The schedule, step by step\">\n{5}{6}{7}{8}</svg>\n",
        width_, head_height, heads(), prefix_, height_, lanes(), arrows(), notes(), steps());
  }

 private:
  struct Lane {
    Box column;  // as high as the picture
    int begins = 0;
    int first = 0;
    int last = 0;  // where its own boxes end
    bool has_ended = false;
    bool is_noted = false;
  };

  void measure_lanes() {
    std::map<int, std::size_t> letters{{0, narrowest}};
    for (const auto& step : schedule_.steps) {
      letters.try_emplace(step.thread, narrowest);
      if (starts_another(step)) letters.try_emplace(step.target, narrowest);
    }
    const auto widen = [&](int thread, const std::string& text) {
      auto& width = letters.try_emplace(thread, narrowest).first->second;
      width = std::max(width, width_of(text));
    };
    for (const auto* step : shown_) {
      widen(step->thread, step->action);
      widen(step->thread, step->value);
    }
    for (const auto& note : schedule_.notes) {
      if (note.thread >= 0) {
        widen(note.thread, note.text.substr(0, std::min(note.text.size(), widest_note)));
      }
    }
    int x = gutter;
    for (const auto& [thread, count] : letters) {
      const int width = static_cast<int>(static_cast<double>(count) * letter) + 2 * box_padding + 6;
      lanes_[thread].column = {x, 0, width, 0};
      x += width + between;
    }
    width_ = x - between + box_padding;
    for (const auto& step : schedule_.steps) {
      if (step.action == "ends" && lanes_.contains(step.thread)) {
        lanes_[step.thread].has_ended = true;
      }
    }
  }

  void place_boxes() {
    int y = row_gap;
    for (const auto* step : shown_) {
      auto& lane = lanes_.at(step->thread);
      const int height = height_of(step->value.empty() ? 1 : 2);
      if (lane.last == 0) lane.first = y;
      lane.last = y + height;
      if (starts_another(*step)) {
        // It may never get to a step of its own.
        lanes_.at(step->target).begins = y + height / 2;
      }
      boxes_[step->number] = {lane.column.x, y, lane.column.width, height};
      y += height + row_gap;
    }
    // Where the threads stood at the end: side by side, for it is one moment.
    end_ = y + row_gap;
    std::map<int, int> next;
    for (const auto& note : schedule_.notes) {
      if (note.thread < 0) {
        note_boxes_.push_back({});
        continue;
      }
      auto& lane = lanes_.at(note.thread);
      lane.is_noted = true;
      auto& top = next.try_emplace(note.thread, end_).first->second;
      note_boxes_.push_back(
          {lane.column.x, top, lane.column.width, height_of(lines_of_note(note, lane).size())});
      top += note_boxes_.back().height + row_gap;
      y = std::max(y, top);
    }
    height_ = y + row_gap;
  }

  static std::vector<std::string> lines_of_note(const ScheduleNote& note, const Lane& lane) {
    const auto letters = static_cast<std::size_t>((lane.column.width - 2 * box_padding) / letter);
    return lines_of(wrapped(note.text, letters, ""));
  }

  std::string heads() const {
    std::string text;
    for (const auto& [thread, lane] : lanes_) {
      text += fmt::format(
          "<g class=\"head t{}\"><rect x=\"{}\" y=\"5\" width=\"{}\" height=\"24\" rx=\"12\"/>"
          "<text x=\"{}\" y=\"21\">{}</text></g>\n",
          thread % colours, lane.column.x, lane.column.width, lane.column.x + lane.column.width / 2,
          thread == 0 ? "T0 · the test" : fmt::format("T{}", thread));
    }
    return text;
  }

  std::string lanes() const {
    std::string text = fmt::format(
        "<rect class=\"cursor\" x=\"0\" y=\"-40\" width=\"{}\" height=\"0\"/>\n", width_);
    for (const auto& [thread, lane] : lanes_) {
      const int x = lane.column.x + lane.column.width / 2;
      text += fmt::format("<g class=\"lane t{}\" data-thread=\"{}\">", thread % colours, thread);
      if (lane.last > 0) {
        text += fmt::format("<line x1=\"{0}\" y1=\"{1}\" x2=\"{0}\" y2=\"{2}\"/>", x,
                            thread == 0 ? 0 : lane.first, lane.last);
      }
      // Whoever has not ended stands somewhere still.
      if (!lane.has_ended || lane.is_noted) {
        text += fmt::format("<line class=\"{0}\" x1=\"{2}\" y1=\"{1}\" x2=\"{2}\" y2=\"{3}\"/>",
                            lane.is_noted ? "stays noted" : "stays",
                            lane.last == 0 ? lane.begins : lane.last, x,
                            lane.is_noted ? end_ : height_ - row_gap);
      }
      text += "</g>\n";
    }
    return text;
  }

  std::string arrows() const {
    std::string text;
    for (const auto& arrow : arrows_of(schedule_, shown_)) {
      const auto& from = boxes_.at(arrow.from);
      const auto& to = boxes_.at(arrow.to);
      const bool rightwards = from.x < to.x;
      const int x1 = rightwards ? from.x + from.width : from.x;
      const int x2 = rightwards ? to.x - 3 : to.x + to.width + 3;
      const int bend = std::clamp(std::abs(x2 - x1) / 2, 26, 90) * (rightwards ? 1 : -1);
      text += fmt::format(
          "<path class=\"arrow {0}\" data-from=\"{1}\" data-to=\"{2}\" "
          "d=\"M{3} {4}C{5} {4} {6} {7} {8} {7}\" marker-end=\"url(#tip-{0})\"/>\n",
          name_of(arrow.kind), arrow.from, arrow.to, x1, from.middle(), x1 + bend, x2 - bend,
          to.middle(), x2);
    }
    return text;
  }

  std::string notes() const {
    std::string text;
    for (std::size_t i = 0; i < schedule_.notes.size(); ++i) {
      const auto& note = schedule_.notes[i];
      if (note.thread < 0) continue;
      const auto& box = note_boxes_[i];
      text += fmt::format(
          "<g class=\"note\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"4\"/>", box.x,
          box.y, box.width, box.height);
      int y = box.y + box_padding + 11;
      for (const auto& line : lines_of_note(note, lanes_.at(note.thread))) {
        text += fmt::format("<text x=\"{}\" y=\"{}\">{}</text>", box.x + box_padding + 3, y,
                            escaped(line));
        y += line_height;
      }
      text += "</g>\n";
    }
    return text;
  }

  std::string steps() const {
    std::string text;
    for (const auto* step : shown_) {
      const auto& box = boxes_.at(step->number);
      const auto label = step->value.empty() ? step->action : step->action + ": " + step->value;
      const auto source = step->stack.empty() ? "" : "\n" + step->stack.front().source;
      text += fmt::format(
          "<g class=\"step t{0}\" id=\"{1}-{2}\" data-step=\"{2}\" data-thread=\"{3}\" "
          "role=\"option\" tabindex=\"0\" aria-label=\"Step {2}, T{3}: {4}\">"
          "<title>{4}{5}</title>"
          "<text class=\"number\" x=\"{6}\" y=\"{7}\">{2}</text>"
          "<rect x=\"{8}\" y=\"{9}\" width=\"{10}\" height=\"{11}\" rx=\"4\"/>"
          "<rect class=\"stripe\" x=\"{8}\" y=\"{9}\" width=\"4\" height=\"{11}\" rx=\"2\"/>"
          "<text x=\"{12}\" y=\"{13}\">{14}</text>",
          step->thread % colours, prefix_, step->number, step->thread, escaped(label),
          escaped(source), gutter - 12, box.middle() + 4, box.x, box.y, box.width, box.height,
          box.x + box_padding + 4, box.y + box_padding + 11, escaped(step->action));
      if (!step->value.empty()) {
        text += fmt::format("<text class=\"value\" x=\"{}\" y=\"{}\">{}</text>",
                            box.x + box_padding + 4, box.y + box_padding + 11 + line_height,
                            escaped(step->value));
      }
      text += "</g>\n";
    }
    return text;
  }

  const Schedule& schedule_;
  const Shown& shown_;
  std::string prefix_;
  std::map<int, Lane> lanes_;
  std::map<int, Box> boxes_;  // by the numbers of steps
  std::vector<Box> note_boxes_;
  int width_ = 0;
  int height_ = 0;
  int end_ = 0;  // where the notes begin
};

Arrow::Kind kind_of(const std::string& reader) {
  if (reader.starts_with("wakes") || reader.starts_with("times out")) return Arrow::Kind::wake;
  for (const auto* taking : {"lock", "try_lock", "acquire", "try_acquire", "once"}) {
    if (reader.starts_with(taking)) return Arrow::Kind::lock;
  }
  return Arrow::Kind::value;
}

}  // namespace

const char* name_of(Arrow::Kind kind) {
  switch (kind) {
    case Arrow::Kind::life:
      return "life";
    case Arrow::Kind::lock:
      return "lock";
    case Arrow::Kind::value:
      return "value";
    case Arrow::Kind::wake:
      return "wake";
  }
  return "unknown";
}

std::vector<Arrow> arrows_of(const Schedule& schedule, const Shown& shown) {
  std::map<int, const ScheduleStep*> by_number;
  std::map<int, const ScheduleStep*> first_of;
  std::set<int> ended;
  for (const auto* step : shown) {
    by_number[step->number] = step;
    first_of.try_emplace(step->thread, step);
  }
  for (const auto& step : schedule.steps) {
    if (step.action == "ends") ended.insert(step.thread);
  }
  std::map<int, const ScheduleStep*> last_of;  // so far
  std::vector<Arrow> arrows;
  for (const auto* step : shown) {
    const bool concerns_another = step->target >= 0 && step->target != step->thread;
    if (starts_another(*step)) {
      const auto first = first_of.find(step->target);
      if (first != first_of.end() && first->second->number > step->number) {
        arrows.push_back({Arrow::Kind::life, step->number, first->second->number});
      }
    } else if (concerns_another && step->action.starts_with("joins ")) {
      const auto last = last_of.find(step->target);
      if (last != last_of.end() && ended.contains(step->target)) {
        arrows.push_back({Arrow::Kind::life, last->second->number, step->number});
      }
    } else if (const auto from = by_number.find(step->read_from);
               from != by_number.end() && from->second->thread != step->thread) {
      arrows.push_back({kind_of(step->action), step->read_from, step->number});
    }
    last_of[step->thread] = step;
  }
  return arrows;
}

std::string schedule_picture(const Schedule& schedule, const Shown& shown,
                             const std::string& prefix) {
  return Picture(schedule, shown, prefix).svg();
}

}  // namespace promissory::grading
