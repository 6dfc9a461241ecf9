// Measures what the first stretch challenge is about: how much is alive in a chain whose source is
// four times as fast as its last stage. Prints a line for every step:
//
//     step  parcels alive without a bound  ... with one  oldest parcel out without a bound ... with
//     one
//
// The clock is the source: at each step it has one more parcel to send, at each fourth step the
// last stage is let do one. Before it counts, it waits until nobody can move, so the figures are
// the same on every machine and under any load.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <thread>

#include "s1-back-pressure/chain.hpp"
#include "support/parcel.hpp"
#include "support/tally.hpp"

namespace {

using promissory::chain_of;
using promissory::stage;
using promissory::unbounded;
using promissory::support::Parcel;
using promissory::support::Scale;
using promissory::support::Tally;

constexpr int steps = 400;
constexpr int slower = 4;
constexpr int stages = 3;

/// A source, three stages, the last of them slow.
class Run {
 public:
  /// @param room of every stage
  explicit Run(std::size_t room)
      : inside_(room == unbounded ? steps : stages * (static_cast<int>(room) + 1)),
        chain_(
            chain_of<Parcel>(stage(room, [](Parcel parcel) { return parcel; }),
                             stage(room, [](Parcel parcel) { return parcel; }),
                             stage(room, [this](Parcel parcel) { work_on(std::move(parcel)); }))),
        source_([this] { send(); }) {}

  ~Run() {
    for (int i = 0; i < steps; ++i) let_send_.add();
    for (int i = 0; i < steps; ++i) let_out_.add();
  }

  /// @return how many parcels are alive after this step, when nobody can move any more
  int step(int now) {
    now_ = now;
    let_send_.add();
    if (now % slower == 0) {
      let_out_.add();
      out_.wait_for(now / slower);
    }
    // At rest: all that may be sent is in, or the chain is full and the source holds one more.
    const int taken = std::min(now, now / slower + inside_);
    taken_.wait_for(taken);
    made_.wait_for(std::min(now, taken + 1));
    return scale_.alive();
  }

  /// @return how many steps ago the parcel was made that came out last
  int age() const { return age_; }

 private:
  void send() {
    for (int i = 1; i <= steps; ++i) {
      let_send_.wait_for(i);
      Parcel parcel(scale_, now_);
      made_.add();
      chain_.submit(std::move(parcel));
      taken_.add();
    }
  }

  void work_on(Parcel parcel) {
    let_out_.wait_for(++turn_);
    age_ = now_ - parcel.number;
    { const Parcel gone(std::move(parcel)); }
    out_.add();
  }

  const int inside_;
  Scale scale_;
  Tally let_send_, let_out_, made_, taken_, out_;
  int turn_ = 0;  // of the last stage only
  std::atomic<int> now_{0};
  std::atomic<int> age_{0};
  promissory::Chain<Parcel, promissory::Unit> chain_;
  std::jthread source_;
};

}  // namespace

int main() {
  Run without(unbounded);
  Run with(4);
  std::printf(
      "step,alive without a bound,alive with a bound,age without a bound,age with a bound\n");
  for (int now = 1; now <= steps; ++now) {
    const int grown = without.step(now);
    const int level = with.step(now);
    std::printf("%d,%d,%d,%d,%d\n", now, grown, level, without.age(), with.age());
  }
}
