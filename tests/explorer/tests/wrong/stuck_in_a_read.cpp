// A system call that waits for ever.
#include <unistd.h>

#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  int ends[2];
  if (pipe(ends) != 0) return;
  std::jthread reader([&] {
    char byte = 0;
    static_cast<void>(read(ends[0], &byte, 1));
  });
}

const promissory::explorer::corpus::Register it{
    {"stuck_in_a_read", body, "stuck", nullptr, {.patience = std::chrono::milliseconds(150)}}};

}  // namespace
