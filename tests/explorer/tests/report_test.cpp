// The report that the book and the README show is what the explorer prints, to the letter.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "corpus.hpp"

namespace promissory::explorer {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Report, IsTheOneThatIsShown) {
  for (const corpus::Program& program : corpus::wrong_programs()) {
    if (std::string(program.name) != "notify_one") continue;
    const Result result = explore({}, program.body);
    ASSERT_TRUE(result.failure);
    const std::string path = std::string(PROMISSORY_HERE) + "/notify_one.txt";
    if (text_of(path) == result.failure->text) return;
    std::ofstream(path + ".new") << result.failure->text;
    FAIL() << "it is now in " << path << ".new:\n" << result.failure->text;
  }
  FAIL() << "the corpus has no notify_one";
}

}  // namespace
}  // namespace promissory::explorer
