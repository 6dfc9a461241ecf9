#include "commands/submission.hpp"

#include <fmt/format.h>

#include "complaint.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;

Submission submission_of(const Workbook& workbook, const std::optional<fs::path>& from) {
  if (!from) return {workbook.root / "exercises", "exercises"};
  // `--from solutions` means the workbook's own, wherever the command is run.
  const auto own = workbook.root / *from;
  const auto root = fs::is_directory(*from) ? *from : own;
  if (!fs::is_directory(root)) {
    throw Complaint(fmt::format("--from {}: there is no such folder", from->string()));
  }
  return {fs::canonical(root), from->string()};
}

}  // namespace promissory::grading
