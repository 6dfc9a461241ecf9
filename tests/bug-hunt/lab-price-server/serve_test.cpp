// The server at work, at a prompt: `promissory hunt lab --serve`.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "bug-hunt/lab-price-server/rush.hpp"
#include "support/background_threads.hpp"
#include "support/stack_report.hpp"
#include "support/threads.hpp"
#include "support/watchdog.hpp"

namespace {

namespace lab = promissory::lab;
namespace support = promissory::support;

std::vector<support::Thread> threads() {
  auto all = support::threads_of_this_process().value_or(std::vector<support::Thread>());
  std::erase_if(all, [](const support::Thread& thread) {
    return support::is_background_thread(thread) || thread.tid == support::this_thread_number();
  });
  return all;
}

void show_metrics(const lab::Shop& shop) {
  const auto gauges = shop.gauges();
  std::printf("price_server_requests_total %d\n", gauges.requests);
  std::printf("price_server_requests_in_flight %d\n", gauges.in_flight);
  std::printf("price_server_requests_waiting %d\n", gauges.waiting);
  std::printf("price_server_requests_shed_total %d\n", gauges.shed);
  std::printf("process_threads %zu\n", threads().size());
}

TEST(PriceServer, Serves) {
  const support::UncountedTime while_somebody_thinks;
  lab::Shop shop(lab::room);
  shop.open_catalogue();
  std::printf(
      "A price server is at work in process %d. Say\n"
      "  load     for a rush of %d requests, of which %d have room\n"
      "  metrics  for what its monitoring shows\n"
      "  dump     for the stack of every thread, like stacks told once\n"
      "  quit     when you know\n",
      getpid(), 1 + lab::rush, 1 + lab::room);
  int answered = 0;
  for (std::string line; std::printf("> "), std::fflush(stdout), std::getline(std::cin, line);) {
    if (line == "load") {
      lab::rush_hour(shop);
      shop.open_catalogue();
      answered += 1 + lab::room;
      shop.await_answers("200", answered);
      show_metrics(shop);
    } else if (line == "metrics") {
      show_metrics(shop);
    } else if (line == "dump") {
      std::printf("%s", support::describe_threads(threads()).c_str());
    } else if (line == "quit") {
      break;
    } else if (!line.empty()) {
      std::printf("load, metrics, dump or quit\n");
    }
  }
  std::fflush(stdout);
  // Whatever it leaks is for you to find, not for the leak checker.
  std::_Exit(0);
}

}  // namespace
