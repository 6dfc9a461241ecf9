// Linked by check_links.py into the program behind a link: prints after each test how many threads it had
// at once, the first one included.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <cstdio>
#include <memory>

namespace {

std::atomic<int> now{1};
std::atomic<int> most{1};

void count_up() {
  const int threads = ++now;
  int seen = most.load();
  while (seen < threads && !most.compare_exchange_weak(seen, threads)) {
  }
}

struct Start {
  void* (*run)(void*);
  void* argument;
};

void* run_counted(void* start) {
  const std::unique_ptr<Start> given(static_cast<Start*>(start));
  void* result = given->run(given->argument);
  --now;
  return result;
}

struct Gauge : testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo&) override { most = now.load(); }
  void OnTestEnd(const testing::TestInfo& test) override {
    std::printf("threads %s.%s %d\n", test.test_suite_name(), test.name(), most.load());
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
  count_up();
  const int failed = create(thread, attributes, run_counted, new Start{run, argument});
  if (failed != 0) --now;
  return failed;
}
