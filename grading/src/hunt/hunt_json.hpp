// The hunt as JSON: grading/schema/hunt.schema.json describes it.
#pragma once

#include <vector>

#include "hunt/answer.hpp"
#include "hunt/exhibit.hpp"
#include "showing/verdict_json.hpp"

namespace promissory::grading {

/// Points, and each answer part by part; without times.
Json hunt_json(const std::vector<Answer>& answers);

/// @param answers may be empty
Json hunt_report(const std::string& submission, const std::vector<Answer>& answers);

Json exhibit_report(const Workbook& workbook, const Submission& submission, const Bug& bug,
                    const Exhibit& exhibit);

}  // namespace promissory::grading
