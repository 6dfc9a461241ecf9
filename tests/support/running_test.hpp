// Which test runs now? Answered from any thread, without GoogleTest's lock.
#pragma once

#include <gtest/gtest.h>

#include <string>

namespace promissory::support {

/// @param test null between tests
void set_running_test(const testing::TestInfo* test);

/// @return "Suite.Name", or "" between tests
std::string running_test_name();

/// Changes whenever a test begins or ends.
unsigned long running_test_period();

/// To be called once, when GoogleTest has read the command line.
void learn_whether_death_test();

/// Is this process the child of a death test? Answered without GoogleTest's flags, which it puts
/// back after every test, whoever reads them meanwhile. False before learn_whether_death_test().
bool is_death_test();

std::string full_name(const testing::TestInfo& test);

}  // namespace promissory::support
