// A configuration that is replaced while others read it.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

#include "../corpus.hpp"

namespace {

struct Config {
  int left;
  int right;
};

void body() {
  std::atomic<std::shared_ptr<Config>> current = std::make_shared<Config>(Config{1, 1});
  const auto read = [&] {
    const std::shared_ptr<Config> seen = current.load();
    EXPECT_EQ(seen->left, seen->right);
  };
  std::jthread first(read);
  std::jthread second([&] {
    auto expected = current.load();
    const auto wanted = std::make_shared<Config>(Config{3, 3});
    while (!current.compare_exchange_weak(expected, wanted)) {
    }
  });
  current.store(std::make_shared<Config>(Config{2, 2}));
  read();
}

const promissory::explorer::corpus::Register it{{"atomic_shared_ptr", body}};

}  // namespace
