// Functions, variants and anys with owning contents change threads.
#include <gtest/gtest.h>

#include <any>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>

#include "../corpus.hpp"

namespace {

void body() {
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<std::function<std::any(std::variant<int, std::string>)>> box;
  std::jthread consumer([&] {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return box.has_value(); });
    const auto function = std::move(*box);
    lock.unlock();
    EXPECT_EQ(std::any_cast<std::string>(function(std::string("long enough for the heap"))).size(),
              24U);
    EXPECT_EQ(std::any_cast<int>(function(7)), 10);
  });
  const auto held = std::make_shared<int>(3);
  const std::lock_guard lock(mutex);
  box = [held](std::variant<int, std::string> it) -> std::any {
    if (const int* const number = std::get_if<int>(&it)) return *number + *held;
    return std::get<std::string>(std::move(it));
  };
  changed.notify_one();
}

const promissory::explorer::corpus::Register it{{"type_erased", body}};

}  // namespace
