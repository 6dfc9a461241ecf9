// Linked by check_links.py into the program behind a link: prints after each test how many threads it
// had, the first one included. All that it started count, also one after the other: how many of them
// are there at once depends on the machine.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <cstdio>

namespace {

std::atomic<int> threads{1};

struct Gauge : testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo&) override { threads = 1; }
  void OnTestEnd(const testing::TestInfo& test) override {
    std::printf("threads %s.%s %d\n", test.test_suite_name(), test.name(), threads.load());
  }
};

// The program has its own main, so that the gauge puts itself in place before that.
const bool installed = [] {
  testing::UnitTest::GetInstance()->listeners().Append(new Gauge);
  return true;
}();

}  // namespace

extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                              void* (*run)(void*), void* argument) {
  static const auto create = reinterpret_cast<decltype(&pthread_create)>(
      dlsym(RTLD_NEXT, "pthread_create"));
  ++threads;
  return create(thread, attributes, run, argument);
}
