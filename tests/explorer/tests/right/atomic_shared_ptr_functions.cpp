// The older functions over a plain shared_ptr.
#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::shared_ptr<int> current = std::make_shared<int>(1);
  std::jthread reader([&] { EXPECT_GE(*std::atomic_load(&current), 1); });
  std::atomic_store(&current, std::make_shared<int>(2));
  EXPECT_EQ(*std::atomic_load(&current), 2);
}

const promissory::explorer::corpus::Register it{{"atomic_shared_ptr_functions", body}};

}  // namespace
