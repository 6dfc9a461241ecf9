// Every thread formats with streams of its own, and all write to the one std::cout.
#include <gtest/gtest.h>

#include <iomanip>
#include <iostream>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::mutex mutex;
  std::string all;
  const auto write = [&](int number) {
    std::ostringstream out;
    out << std::setw(4) << std::setfill('0') << number << ' ' << 0.5 << ' ' << std::boolalpha
        << true;
    std::cout << out.str() << std::endl;
    std::istringstream in(out.str());
    int again = 0;
    in >> again;
    EXPECT_EQ(again, number);
    const std::lock_guard lock(mutex);
    all += out.str();
  };
  {
    std::jthread first(write, 1);
    std::jthread second(write, 22);
  }
  EXPECT_EQ(all.size(), 26U);
}

const promissory::explorer::corpus::Register it{{"streams", body}};

}  // namespace
