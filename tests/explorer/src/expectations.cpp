#include "expectations.hpp"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "world.hpp"

namespace promissory::explorer::expectations {

class Interception::Reporter : public testing::ScopedFakeTestPartResultReporter {
 public:
  explicit Reporter(testing::TestPartResultArray* unused)
      : ScopedFakeTestPartResultReporter(INTERCEPT_ALL_THREADS, unused) {}

  void ReportTestPartResult(const testing::TestPartResult& result) override {
    if (!result.failed()) return;
    world::record_expectation(result.file_name(), result.line_number(), result.message());
  }
};

Interception::Interception() {
  static testing::TestPartResultArray unused;
  reporter_ = std::make_unique<Reporter>(&unused);
}

Interception::~Interception() = default;

}  // namespace promissory::explorer::expectations
