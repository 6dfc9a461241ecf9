// Insertions into different keys of one map are not independent.
#include <map>
#include <string>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::map<std::string, int> ages;
  std::jthread first([&] { ages["Ada"] = 36; });
  std::jthread second([&] { ages["Alan"] = 41; });
}

const promissory::explorer::corpus::Register it{{"map_race", body, "data race"}};

}  // namespace
