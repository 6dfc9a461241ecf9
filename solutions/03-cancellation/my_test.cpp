#include <gtest/gtest.h>

#include <chrono>
#include <stop_token>
#include <system_error>

#include "03-cancellation/cancellation.hpp"
#include "support/gate.hpp"

namespace {

using promissory::Result;
using promissory::run_cancellable;
using promissory::support::Gate;

std::errc code_of(const Result<bool>& result) {
  try {
    std::rethrow_exception(result.error());
  } catch (const std::system_error& error) {
    return static_cast<std::errc>(error.code().value());
  }
}

// The property: the producer is stopped by its own three masters (the caller's token, request_stop,
// the destructor) and by nobody else. All eight combinations of: the awaiter gives up, the caller's
// token is stopped, request_stop is called; many times, since the orders differ.
TEST(MyCancellation, TheProducerHearsItsMastersAndNobodyElse) {
  for (int round = 0; round < 400; ++round) {
    const bool awaiter_gives_up = (round & 1) != 0;
    const bool caller_stops = (round & 2) != 0;
    const bool owner_stops = (round & 4) != 0;
    Gate gate;
    std::stop_source caller;
    auto shot = run_cancellable(caller.get_token(),
                                [&](std::stop_token token) { return gate.wait(token); });
    if (awaiter_gives_up) {
      std::stop_source awaiter;
      awaiter.request_stop();
      ASSERT_EQ(code_of(shot.await(awaiter.get_token())), std::errc::operation_canceled);
      ASSERT_EQ(code_of(shot.await_until(std::chrono::steady_clock::now())), std::errc::timed_out);
    }
    if (caller_stops) caller.request_stop();
    if (owner_stops) shot.request_stop();
    if (!caller_stops && !owner_stops) {
      if (round % 3 == 0) continue;
      gate.open();
    }
    ASSERT_EQ(shot.await().value(), !caller_stops && !owner_stops);
  }
}

}  // namespace
