// Verdicts as JSON: grading/schema/grade.schema.json describes it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "verdict/verdict.hpp"
#include "workbook/workbook.hpp"

namespace promissory::grading {

/// Keys in a fixed order, so that two reports can be compared as text.
using Json = nlohmann::ordered_json;

/// What is not UTF-8, in the name of a folder for instance, becomes U+FFFD.
/// @param indent spaces for each level, or -1 for everything on one line
std::string text_of(const Json& json, int indent = -1);

/// One verdict, without times; paths relative to the workbook.
Json to_json(const Workbook& workbook, const Exercise& exercise, const Verdict& verdict);

/// What the board needs of a kept verdict.
Verdict from_json(const Json& json);

/// The whole report of a grade; everything that differs from run to run is under "timing".
Json report_json(const Workbook& workbook, const std::string& submission,
                 const std::vector<Verdict>& verdicts);

}  // namespace promissory::grading
