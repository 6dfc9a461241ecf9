#include "corpus.hpp"

#include <algorithm>
#include <cstring>

namespace promissory::explorer::corpus {
namespace {

std::vector<Program>& all() {
  static std::vector<Program> programs;
  return programs;
}

std::vector<Program> chosen(bool is_wrong) {
  std::vector<Program> programs;
  for (const Program& program : all()) {
    if ((program.kind != nullptr) == is_wrong) programs.push_back(program);
  }
  std::sort(programs.begin(), programs.end(),
            [](const Program& a, const Program& b) { return std::strcmp(a.name, b.name) < 0; });
  return programs;
}

}  // namespace

std::vector<Program> right_programs() {
  return chosen(false);
}
std::vector<Program> wrong_programs() {
  return chosen(true);
}

Register::Register(const Program& program) {
  all().push_back(program);
}

}  // namespace promissory::explorer::corpus
