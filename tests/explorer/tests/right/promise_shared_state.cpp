// Both ends own the state, and the last one destroys it.
#include <gtest/gtest.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "../corpus.hpp"

namespace {

struct State {
  std::mutex mutex;
  std::condition_variable settled;
  std::optional<int> value;
};

void body() {
  auto state = std::make_shared<State>();
  std::jthread resolver([state] {
    {
      const std::lock_guard lock(state->mutex);
      state->value = 7;
    }
    state->settled.notify_all();
  });
  std::jthread awaiter([state = std::move(state)] {
    std::unique_lock lock(state->mutex);
    state->settled.wait(lock, [&] { return state->value.has_value(); });
    EXPECT_EQ(*state->value, 7);
  });
}

const promissory::explorer::corpus::Register it{{"promise_shared_state", body}};

}  // namespace
