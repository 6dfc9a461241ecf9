// A plain bool as the flag.
#include <string>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::string text;
  bool is_ready = false;
  std::jthread producer([&] {
    text = std::string(40, 'x');
    is_ready = true;
  });
  while (!is_ready) std::this_thread::yield();
}

const promissory::explorer::corpus::Register it{{"plain_flag", body, "data race"}};

}  // namespace
