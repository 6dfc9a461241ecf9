// Does the bug hunt keep what it promises?
#pragma once

#include <vector>

#include "authoring/dev_check.hpp"
#include "hunt/bug.hpp"

namespace promissory::grading {

/// For one bug: the first instrument that its accepted.toml names sees the broken program, and
/// names a line that is accepted; the words that are accepted are in choices.toml, and the lines in
/// the program; an untouched diagnosis and the untouched program get nothing; the answer in
/// solutions/ gets everything; every fake mend applies and is refused by the test that it names.
/// @return what is wrong; empty when all is well
std::vector<Problem> check_bug(const Workbook& workbook, const Hunt& hunt, const Bug& bug);

}  // namespace promissory::grading
