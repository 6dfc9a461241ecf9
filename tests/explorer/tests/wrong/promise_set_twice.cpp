// Two threads set one promise; the second is told so by an exception.
#include <future>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::promise<int> promise;
  std::jthread first([&] { promise.set_value(1); });
  promise.set_value(2);
}

const promissory::explorer::corpus::Register it{{"promise_set_twice", body, "uncaught exception"}};

}  // namespace
