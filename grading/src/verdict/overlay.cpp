#include "verdict/overlay.hpp"

#include <fmt/format.h>

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

std::uint64_t fnv1a(const std::string& text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const unsigned char c : text) hash = (hash ^ c) * 1099511628211ULL;
  return hash;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

void mend_paths(Schedule& schedule, const std::string& from, const std::string& to) {
  const auto mend = [&](std::vector<SourcePlace>& stack) {
    for (auto& place : stack) replace_all(place.file, from, to);
  };
  for (auto& note : schedule.notes) mend(note.stack);
  for (auto& step : schedule.steps) mend(step.stack);
}

}  // namespace

Overlay::Overlay(const Workbook& workbook, const Exercise& exercise, const fs::path& submission)
    : name_(fmt::format("{:016x}", fnv1a(fs::absolute(submission).lexically_normal().string()))),
      root_(workbook.build() / "work" / "submissions" / name_ / exercise.id),
      folder_(root_ / exercise.folder),
      roots_{root_},
      lock_(root_) {
  fs::remove_all(folder_);
  fs::create_directories(folder_);
  for (const auto& file : exercise.files) {
    const auto from = submission / exercise.folder / file;
    if (fs::is_regular_file(from)) fs::copy_file(from, folder_ / file);
  }
  roots_.push_back(workbook.has_solutions() ? workbook.root / "solutions" : submission);
}

void Overlay::show_real_paths(Stage& stage, const fs::path& submitted) const {
  const auto from = folder_.string() + "/";
  const auto to = submitted.string() + "/";
  replace_all(stage.diagnostic.file, from, to);
  replace_all(stage.diagnostic.message, from, to);
  for (auto& test : stage.tests) {
    replace_all(test.detail, from, to);
    replace_all(test.learners.file, from, to);
    if (auto& schedule = test.explored.schedule) mend_paths(*schedule, from, to);
    for (auto& failure : test.failures) {
      replace_all(failure.file, from, to);
      replace_all(failure.message, from, to);
    }
  }
}

}  // namespace promissory::grading
