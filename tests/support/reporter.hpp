// Tells learners what a failed test stands for, and programs what happened.
#pragma once

#include <gtest/gtest.h>

namespace promissory::support {

/// Writes the events begin, failure, end and done to the report file, and the contract of a failed
/// test to the standard output. A test that begins and never ends has crashed.
class Reporter : public testing::EmptyTestEventListener {
 public:
  void OnTestStart(const testing::TestInfo& test) override;
  void OnTestPartResult(const testing::TestPartResult& part) override;
  void OnTestEnd(const testing::TestInfo& test) override;
  void OnTestProgramEnd(const testing::UnitTest& program) override;
};

}  // namespace promissory::support
