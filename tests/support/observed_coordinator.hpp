// A coordinator whose every step a test can see, hold up, or let go wrong.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "14-distributed-future/coordinator.hpp"

namespace promissory::support {

/// Passes everything on to another coordinator, and calls a hook before and after each step: with
/// "before lock", then, when that has been done, with "after lock", and so on for value, lock,
/// renew, publish, release, subscribe and wait. What the hook throws is thrown in place of the
/// answer: an Unreachable before a step is a connection that broke too early, one after it an
/// answer that was lost. (Not from release, which throws nothing.)
class ObservedCoordinator : public Coordinator {
 public:
  using Hook = std::function<void(const std::string& step)>;

  /// @param hook called from any thread that uses this
  ObservedCoordinator(Coordinator& inner, Hook hook) : inner_(inner), hook_(std::move(hook)) {}

  std::optional<std::string> value(const std::string& key, const Patience& patience) override {
    return observed("value", [&] { return inner_.value(key, patience); });
  }
  Attempt lock(const std::string& key, const std::string& owner, Milliseconds ttl,
               const Patience& patience) override {
    return observed("lock", [&] { return inner_.lock(key, owner, ttl, patience); });
  }
  bool renew(const std::string& key, const std::string& owner, Milliseconds ttl,
             const Patience& patience) override {
    return observed("renew", [&] { return inner_.renew(key, owner, ttl, patience); });
  }
  bool publish(const std::string& key, const std::string& owner, const std::string& value,
               Milliseconds ttl, const Patience& patience) override {
    return observed("publish", [&] { return inner_.publish(key, owner, value, ttl, patience); });
  }
  void release(const std::string& key, const std::string& owner) noexcept override {
    observed("release", [&] {
      inner_.release(key, owner);
      return true;
    });
  }
  std::unique_ptr<Subscription> subscribe(const std::string& key,
                                          const Patience& patience) override {
    return observed("subscribe", [&]() -> std::unique_ptr<Subscription> {
      return std::make_unique<Observed>(inner_.subscribe(key, patience), *this);
    });
  }

 private:
  class Observed : public Subscription {
   public:
    Observed(std::unique_ptr<Subscription> inner, const ObservedCoordinator& observer)
        : inner_(std::move(inner)), observer_(observer) {}
    void wait(const Patience& patience) override {
      observer_.observed("wait", [&] {
        inner_->wait(patience);
        return true;
      });
    }

   private:
    std::unique_ptr<Subscription> inner_;
    const ObservedCoordinator& observer_;
  };

  template <class Step>
  auto observed(const std::string& name, Step step) const {
    hook_("before " + name);
    auto result = step();
    hook_("after " + name);
    return result;
  }

  Coordinator& inner_;
  const Hook hook_;
};

}  // namespace promissory::support
