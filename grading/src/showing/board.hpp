// The learner's overview: a progress bar, a row per exercise, the next step.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "verdict/verdict.hpp"
#include "workbook/workbook.hpp"

namespace promissory::grading {

struct BoardRow {
  Exercise exercise;
  Verdict verdict;
  std::chrono::seconds worked{0};
};

/// The first exercise that is not right yet, else the first that has not earned its third point;
/// when there is none, the same of the stretch challenges.
const BoardRow* next_step(const std::vector<BoardRow>& rows);

std::string board(const Workbook& workbook, const std::vector<BoardRow>& rows);

}  // namespace promissory::grading
