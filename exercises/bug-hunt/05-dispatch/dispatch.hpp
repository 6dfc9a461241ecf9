// A parcel is offered to several couriers at once, and goes to the first of them who accepts.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "bug-hunt/house/outcome.hpp"

namespace promissory {

/// What a courier replies: his name when he accepts, an error when he declines. It belongs to the
/// courier, who may think about it for the rest of the day.
using Reply = std::shared_ptr<house::Outcome<std::string>>;

/// Nobody can take the parcel.
struct NobodyAccepts : std::runtime_error {
  NobodyAccepts() : std::runtime_error("nobody accepts the parcel") {}
};

/// Finds couriers for parcels. Thread-safe.
class Dispatcher {
 public:
  /// Waits for the first who accepts.
  /// @param replies those of all couriers who were asked
  /// @return his name
  /// @throws NobodyAccepts when all have declined
  /// @throws std::system_error (operation_canceled) when `stop` is requested before
  std::string first_to_accept(const std::vector<Reply>& replies,
                              const std::stop_token& stop = {}) const {
    if (replies.empty()) throw NobodyAccepts();
    auto accepted = house::Outcome<std::string>::make("the first who accepts");
    auto undecided = std::make_shared<std::atomic<std::size_t>>(replies.size());
    for (const auto& reply : replies) {
      std::thread([accepted, undecided, reply] {
        try {
          accepted->put(reply->await());
        } catch (const std::exception&) {
          if (--*undecided == 0) accepted->fail(std::make_exception_ptr(NobodyAccepts()));
        }
      }).detach();
    }
    return accepted->await(stop);
  }
};

}  // namespace promissory
