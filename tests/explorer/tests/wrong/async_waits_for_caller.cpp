// The future of std::async waits in its destructor, and what it waits for waits for the caller.
#include <future>
#include <mutex>

#include "../corpus.hpp"

namespace {

void body() {
  std::promise<void> go;
  {
    const auto task = std::async(std::launch::async, [&] { go.get_future().wait(); });
  }
  go.set_value();
}

const promissory::explorer::corpus::Register it{{"async_waits_for_caller", body, "deadlock"}};

}  // namespace
