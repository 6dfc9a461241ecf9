// The same work on every item, two cores or two hundred, results in order.
#pragma once

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

namespace promissory::grading {

/// @return work(item) for every item, in the order of the items
/// @throws the first exception of any work, after all threads have ended
template <class Item, class Work>
auto for_each_in_parallel(const std::vector<Item>& items, Work work) {
  using Output = std::invoke_result_t<Work&, const Item&>;
  std::vector<Output> outputs(items.size());
  std::atomic<std::size_t> next{0};
  std::exception_ptr first_error;
  std::mutex error_mutex;
  const auto worker = [&] {
    for (std::size_t i = next++; i < items.size(); i = next++) {
      try {
        outputs[i] = work(items[i]);
      } catch (...) {
        const std::lock_guard lock(error_mutex);
        if (!first_error) first_error = std::current_exception();
        next = items.size();
      }
    }
  };
  {
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < std::min(cores, items.size()); ++i) threads.emplace_back(worker);
  }
  if (first_error) std::rethrow_exception(first_error);
  return outputs;
}

}  // namespace promissory::grading
