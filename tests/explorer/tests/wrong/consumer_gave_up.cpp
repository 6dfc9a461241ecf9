// The consumer stops waiting after a while, and nobody ever takes what the producer hands over.
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "../corpus.hpp"

namespace {

using namespace std::chrono_literals;

struct Channel {
  std::mutex mutex;
  std::condition_variable changed;
  bool is_full = false;
  bool is_taken = false;
};

void body() {
  auto channel = std::make_shared<Channel>();
  std::thread([channel] {
    std::this_thread::sleep_for(100ms);
    std::unique_lock lock(channel->mutex);
    channel->is_full = true;
    channel->changed.notify_all();
    channel->changed.wait(lock, [&] { return channel->is_taken; });
  }).detach();
  std::unique_lock lock(channel->mutex);
  if (channel->changed.wait_for(lock, 50ms, [&] { return channel->is_full; })) {
    channel->is_taken = true;
    channel->changed.notify_all();
  }
}

const promissory::explorer::corpus::Register it{{"consumer_gave_up", body, "blocked thread"}};

}  // namespace
