#include "running/libraries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "running/process.hpp"

namespace promissory::grading {
namespace {

Finished ask(const std::string& option, const std::string& name) {
  return run({.argv = {"pkg-config", option, name}, .limit = std::chrono::seconds(20)});
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

}  // namespace

Libraries find_libraries(const std::vector<std::string>& names) {
  Libraries found;
  for (const auto& name : names) {
    const auto include = ask("--cflags-only-I", name);
    const auto link = ask("--libs", name);
    if (include.exit_code != 0 || link.exit_code != 0) {
      found.missing =
          fmt::format("the library {} is not installed here: `make setup` installs it", name);
      return found;
    }
    for (const auto& word : words_of(include.out)) {
      // Their warnings are nobody's.
      if (word.starts_with("-I")) found.compile.push_back("-isystem" + word.substr(2));
    }
    std::ranges::copy(words_of(link.out), std::back_inserter(found.link));
  }
  return found;
}

}  // namespace promissory::grading
