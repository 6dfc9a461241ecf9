// A callback is registered while another thread asks to stop: it runs exactly once, here or there,
// and never after its destructor.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <stop_token>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::stop_source source;
  int calls = 0;
  {
    std::jthread requester([&] { source.request_stop(); });
    const std::stop_callback callback(source.get_token(), [&] { ++calls; });
    requester.join();
  }
  EXPECT_EQ(calls, 1);
  auto owned = std::make_unique<int>(0);
  std::stop_source second;
  std::jthread requester([&] { second.request_stop(); });
  {
    const std::stop_callback callback(second.get_token(), [&] { ++*owned; });
  }
  owned.reset();
}

const promissory::explorer::corpus::Register it{{"stop_callback", body}};

}  // namespace
