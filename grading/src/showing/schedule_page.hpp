// The schedules that broke tests, drawn on one page.
#pragma once

#include <string>
#include <vector>

#include "running/schedule.hpp"
#include "workbook/workbook.hpp"

namespace promissory::grading {

/// A page that needs nothing from elsewhere: for each schedule what went wrong, a picture with a
/// lane for each thread, and the same steps as text. It can be read without JavaScript, which only
/// steps through the picture.
/// @param command what the explorer was called with: "promissory explore 04"
std::string schedule_page(const Workbook& workbook, const std::string& command,
                          const std::vector<Schedule>& schedules);

}  // namespace promissory::grading
