// Texts that the tool once wrote, looked at by a person and kept in golden/.
#pragma once

#include <string>

namespace promissory::grading {

/// Fails the running test when `text` is not what golden/`name` holds. With UPDATE_GOLDEN=1 in the
/// environment the file is written instead.
void expect_golden(const std::string& name, const std::string& text);

/// Text for people, with each "(1.2 s)" written as "(… s)". As below, the folder of the sources is
/// cut away, and with it the kernel's name of what a thread sleeps in.
std::string without_times(const std::string& text);

/// A report with the value of its one field "timing" left out. Fails the running test when there is
/// no such field.
std::string without_timing(const std::string& report);

}  // namespace promissory::grading
