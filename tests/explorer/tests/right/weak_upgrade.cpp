// A weak_ptr becomes a shared_ptr, or the object is gone.
#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

#include "../corpus.hpp"

namespace {

struct Session : std::enable_shared_from_this<Session> {
  std::vector<int> data = {1, 2, 3};
  std::shared_ptr<Session> handle() { return shared_from_this(); }
};

void body() {
  auto session = std::make_shared<Session>();
  const auto use = [weak = std::weak_ptr(session)] {
    if (const auto held = weak.lock()) {
      EXPECT_EQ(held->handle()->data.size(), 3U);
    }
  };
  std::jthread first(use);
  std::jthread second(use);
  session.reset();
}

const promissory::explorer::corpus::Register it{{"weak_upgrade", body}};

}  // namespace
