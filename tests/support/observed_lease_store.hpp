// A store of leased promises whose every step a test can see, hold up, or let go wrong.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "s3-leased-promises/lease_store.hpp"

namespace promissory::support {

/// Passes everything on to another store, and calls a hook before and after each step: with "before
/// claim", then, when that has been done, with "after claim", and so on for begin, claim, renew,
/// settle, release, outcome, subscribe and wait. What the hook throws is thrown in place of the
/// answer: an Unreachable before a step is a connection that broke too early, one after it an
/// answer that was lost.
class ObservedLeaseStore : public LeaseStore {
 public:
  using Hook = std::function<void(const std::string& step)>;

  /// @param hook called from any thread that uses this
  ObservedLeaseStore(LeaseStore& inner, Hook hook) : inner_(inner), hook_(std::move(hook)) {}

  bool begin(const std::string& id, const Patience& patience) override {
    return observed("begin", [&] { return inner_.begin(id, patience); });
  }
  Claim claim(const std::string& writer, Milliseconds ttl, const Patience& patience) override {
    return observed("claim", [&] { return inner_.claim(writer, ttl, patience); });
  }
  bool renew(const Lease& lease, Milliseconds ttl, const Patience& patience) override {
    return observed("renew", [&] { return inner_.renew(lease, ttl, patience); });
  }
  bool settle(const Lease& lease, const Outcome& outcome, const Patience& patience) override {
    return observed("settle", [&] { return inner_.settle(lease, outcome, patience); });
  }
  bool release(const Lease& lease, const Patience& patience) override {
    return observed("release", [&] { return inner_.release(lease, patience); });
  }
  std::optional<Outcome> outcome(const std::string& id, const Patience& patience) override {
    return observed("outcome", [&] { return inner_.outcome(id, patience); });
  }
  std::unique_ptr<Subscription> subscribe_to_outcome(const std::string& id,
                                                     const Patience& patience) override {
    return observed("subscribe", [&]() -> std::unique_ptr<Subscription> {
      return std::make_unique<Observed>(inner_.subscribe_to_outcome(id, patience), *this);
    });
  }
  std::unique_ptr<Subscription> subscribe_to_work(const Patience& patience) override {
    return observed("subscribe", [&]() -> std::unique_ptr<Subscription> {
      return std::make_unique<Observed>(inner_.subscribe_to_work(patience), *this);
    });
  }

 private:
  class Observed : public Subscription {
   public:
    Observed(std::unique_ptr<Subscription> inner, const ObservedLeaseStore& observer)
        : inner_(std::move(inner)), observer_(observer) {}
    void wait(const Patience& patience) override {
      observer_.observed("wait", [&] {
        inner_->wait(patience);
        return true;
      });
    }

   private:
    std::unique_ptr<Subscription> inner_;
    const ObservedLeaseStore& observer_;
  };

  template <class Step>
  std::invoke_result_t<Step&> observed(const std::string& name, Step step) const {
    hook_("before " + name);
    auto result = step();
    hook_("after " + name);
    return result;
  }

  LeaseStore& inner_;
  const Hook hook_;
};

}  // namespace promissory::support
