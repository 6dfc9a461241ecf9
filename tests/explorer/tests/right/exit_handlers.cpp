// Static objects and exit handlers that the body leaves behind run when all else is over.
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "../corpus.hpp"

namespace {

std::string& log() {
  static std::string it;
  return it;
}

struct Closer {
  std::thread thread{[] {}};
  ~Closer() {
    thread.join();
    log() += "closed";
  }
};

void body() {
  log() = "open ";
  static Closer closer;
  std::atexit([] { EXPECT_EQ(log(), "open "); });
}

const promissory::explorer::corpus::Register it{{"exit_handlers", body}};

}  // namespace
