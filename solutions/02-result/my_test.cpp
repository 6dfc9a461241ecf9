#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "02-result/result.hpp"

namespace {

using promissory::OneShot;
using promissory::Result;
using promissory::run_result;

/// Work number `i` ends in one of four ways.
int work(int i) {
  switch (i % 4) {
    case 0:
      return i;
    case 1:
      throw std::runtime_error(std::to_string(i));
    case 2:
      throw i;
    default:
      throw std::to_string(i);
  }
}

/// What became of it, in one word, so that the expected and the actual outcome can be compared.
template <class F>
std::string outcome_of(F fn) {
  try {
    return "value " + std::to_string(fn());
  } catch (const std::runtime_error& error) {
    return std::string("error ") + error.what();
  } catch (int thrown) {
    return "int " + std::to_string(thrown);
  } catch (const std::string& thrown) {
    return "string " + thrown;
  } catch (const std::exception& error) {
    return std::string("not what the work threw: ") + error.what();
  }
}

// The property: a thread changes nothing. What a direct call would return or throw is what arrives,
// through value() of an lvalue and of an rvalue, and it arrives once.
TEST(MyResult, WhatArrivesIsWhatADirectCallWouldHaveDone) {
  for (int round = 0; round < 50; ++round) {
    std::vector<OneShot<int>> shots;
    for (int i = 0; i < 8; ++i) shots.push_back(run_result([i] { return work(i); }));
    for (int i = 0; i < 8; ++i) {
      const std::string expected = outcome_of([&] { return work(i); });
      Result<int> result = shots[i].get();
      ASSERT_EQ(outcome_of([&] { return result.value(); }), expected);
      ASSERT_EQ(outcome_of([&] { return std::move(result).value(); }), expected);
      ASSERT_FALSE(shots[i].get().has_value());
    }
  }
}

}  // namespace
