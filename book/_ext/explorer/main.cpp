#include <gtest/gtest.h>

#include <cstdio>

#include "support/contract.hpp"

struct Explain : testing::EmptyTestEventListener {
  void OnTestEnd(const testing::TestInfo& test) override {
    if (test.result()->Failed()) {
      std::printf("The contract: %s\n", promissory::support::current_contract().says);
    }
  }
};

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  testing::UnitTest::GetInstance()->listeners().Append(new Explain);
  return RUN_ALL_TESTS();
}
