// The last of several workers wakes whoever waits for all.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "../corpus.hpp"

namespace {

void body() {
  struct Job {
    std::atomic<int> left = 3;
    std::vector<int> results = std::vector<int>(3);
  };
  const auto job = std::make_shared<Job>();
  for (std::size_t i = 0; i < 3; ++i) {
    std::thread([job, i] {
      job->results[i] = static_cast<int>(i) + 1;
      if (job->left.fetch_sub(1, std::memory_order_acq_rel) == 1) job->left.notify_one();
    }).detach();
  }
  for (int left = job->left; left != 0; left = job->left) job->left.wait(left);
  EXPECT_EQ(job->results[0] + job->results[1] + job->results[2], 6);
}

const promissory::explorer::corpus::Register it{{"count_down", body}};

}  // namespace
