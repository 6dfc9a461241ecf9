#include "support/report_file.hpp"

#include <fcntl.h>

#include <cstdlib>

#include "support/contract.hpp"
#include "support/proc_files.hpp"
#include "support/running_test.hpp"
#include "support/uninstrumented.hpp"

namespace promissory::support {
namespace {

int open_report_file() {
  const char* path = std::getenv("PROMISSORY_REPORT");
  if (path == nullptr || *path == '\0') return -1;
  const int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) std::perror("PROMISSORY_REPORT");
  return file;
}

}  // namespace

void report(const JsonLine& line) {
  static const int file = open_report_file();
  if (file >= 0 && !is_death_test()) write_fully(file, line.str());
}

PROMISSORY_UNINSTRUMENTED Explanation explanation() {
  const Contract& contract = current_contract();
  return {contract.says, contract.read};
}

}  // namespace promissory::support
