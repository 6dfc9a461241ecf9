// Both see the pointer, and both delete what it points to.
#include <atomic>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::atomic<int*> shared = new int(7);
  const auto drop = [&] {
    int* const it = shared.load();
    if (it == nullptr) return;
    shared.store(nullptr);
    delete it;
  };
  std::jthread first(drop);
  std::jthread second(drop);
}

const promissory::explorer::corpus::Register it{{"double_free", body, "double free"}};

}  // namespace
