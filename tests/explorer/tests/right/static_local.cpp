// The first to come initialises it; the others wait.
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "../corpus.hpp"

namespace {

const std::string& name() {
  static const std::string it(100, 'n');
  return it;
}

void body() {
  const auto read = [] { EXPECT_EQ(name()[99], 'n'); };
  std::jthread first(read);
  std::jthread second(read);
  read();
}

const promissory::explorer::corpus::Register it{{"static_local", body}};

}  // namespace
