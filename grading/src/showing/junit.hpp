// A report as JUnit XML, for continuous integration.
#pragma once

#include <string>

#include "showing/verdict_json.hpp"

namespace promissory::grading {

/// @param report what report_json() made; one test suite per exercise, one test case per test
std::string junit_xml(const Json& report);

}  // namespace promissory::grading
