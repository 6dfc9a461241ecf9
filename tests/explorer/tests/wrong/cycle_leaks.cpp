// A callback that owns what owns it, if it is registered before the stop.
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

struct Task {
  std::mutex mutex;
  bool is_done = false;
  std::function<void()> callback;
};

void body() {
  auto task = std::make_shared<Task>();
  std::jthread worker([task] {
    const std::lock_guard lock(task->mutex);
    task->is_done = true;
    task->callback = nullptr;
  });
  const std::lock_guard lock(task->mutex);
  task->callback = [task] { task->is_done = true; };
}

const promissory::explorer::corpus::Register it{{"cycle_leaks", body, "leak"}};

}  // namespace
