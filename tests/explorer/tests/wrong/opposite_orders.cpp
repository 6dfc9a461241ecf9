// Two threads take two locks in opposite orders.
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::mutex a;
  std::mutex b;
  std::jthread other([&] {
    const std::lock_guard outer(b);
    const std::lock_guard inner(a);
  });
  const std::lock_guard outer(a);
  const std::lock_guard inner(b);
}

const promissory::explorer::corpus::Register it{{"opposite_orders", body, "deadlock"}};

}  // namespace
