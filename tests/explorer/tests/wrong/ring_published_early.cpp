// The index is moved on before the slot is written.
#include <array>
#include <atomic>
#include <string>
#include <thread>

#include "../corpus.hpp"

namespace {

class Ring {
 public:
  void put(std::string item) {
    const unsigned end = end_.fetch_add(1, std::memory_order_acq_rel);
    items_[end % items_.size()] = std::move(item);
  }
  bool take(std::string& into) {
    if (begin_ == end_.load(std::memory_order_acquire)) return false;
    into = std::move(items_[begin_++ % items_.size()]);
    return true;
  }

 private:
  std::array<std::string, 4> items_;
  unsigned begin_ = 0;
  std::atomic<unsigned> end_ = 0;
};

void body() {
  Ring ring;
  std::jthread producer([&] { ring.put(std::string(40, 'x')); });
  std::string item;
  while (!ring.take(item)) std::this_thread::yield();
}

const promissory::explorer::corpus::Register it{{"ring_published_early", body, "data race"}};

}  // namespace
