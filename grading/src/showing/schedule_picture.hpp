// One schedule as inline SVG: a lane for each thread, time from top to bottom.
#pragma once

#include <string>
#include <vector>

#include "running/schedule.hpp"

namespace promissory::grading {

struct Arrow {
  enum class Kind { life, lock, value, wake } kind;
  int from = 0;  // numbers of steps
  int to = 0;
};

const char* name_of(Arrow::Kind kind);

/// What one thread owes to a step of another: a start to its first step, the end of a thread to
/// who joins it, an unlock to the next lock, a write to who reads it, a notification to who wakes.
/// A start and an end belong to the nearest step that is shown.
/// @param shown the steps that are drawn, in order
std::vector<Arrow> arrows_of(const Schedule& schedule,
                             const std::vector<const ScheduleStep*>& shown);

/// @param prefix begins the ids of this picture, which no other on the page may have
/// @param shown the steps that are drawn, in order
/// @return two svg elements, the names of the lanes and the lanes, equally wide
std::string schedule_picture(const Schedule& schedule,
                             const std::vector<const ScheduleStep*>& shown,
                             const std::string& prefix);

}  // namespace promissory::grading
