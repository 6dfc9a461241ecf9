// The last owner deletes without having seen what the others did.
#include <atomic>
#include <thread>

#include "../corpus.hpp"

namespace {

class Counted {
 public:
  void drop() {
    if (count_.fetch_sub(1, std::memory_order_relaxed) == 1) delete this;
  }
  int first = 0;
  int second = 0;

 private:
  std::atomic<int> count_ = 2;
};

void body() {
  auto* const counted = new Counted;
  std::jthread other([counted] {
    counted->first = 1;
    counted->drop();
  });
  counted->second = 2;
  counted->drop();
}

const promissory::explorer::corpus::Register it{{"relaxed_count", body, "data race"}};

}  // namespace
