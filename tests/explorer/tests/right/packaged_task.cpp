// Tasks that are moved to a thread; one returns, one throws.
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <stdexcept>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::packaged_task<std::unique_ptr<int>(int)> good(
      [](int number) { return std::make_unique<int>(number); });
  std::packaged_task<int()> bad([]() -> int { throw std::logic_error("bad"); });
  auto number = good.get_future();
  auto nothing = bad.get_future();
  std::jthread worker([good = std::move(good), bad = std::move(bad)]() mutable {
    bad();
    good(7);
  });
  EXPECT_THROW(nothing.get(), std::logic_error);
  EXPECT_EQ(*number.get(), 7);
}

const promissory::explorer::corpus::Register it{{"packaged_task", body}};

}  // namespace
