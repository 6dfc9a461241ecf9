#include "support/stack_report.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace promissory::support {
namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// This library's own files lie directly in tests/support, its tests one folder deeper.
bool is_in_support_folder(std::string_view place) {
  constexpr std::string_view folder = "tests/support/";
  const std::size_t at = place.rfind(folder);
  if (at == std::string_view::npos) return false;
  return !contains(place.substr(at + folder.size()), "/");
}

bool is_machinery(const Frame& frame) {
  constexpr std::array objects{"libc.so",    "libstdc++", "libgcc_s", "ld-linux", "libpthread",
                               "libtsan.so", "libasan",   "libubsan", "libm.so",  "linux-vdso"};
  constexpr std::array places{"/usr/include/", "/include/c++/", "googletest", "compiler-rt",
                              "libsanitizer",  "/sysdeps/",     "/nptl/"};
  constexpr std::array functions{
      "testing::", "__interceptor_", "__tsan",          "__asan",
      "__lsan",    "__sanitizer",    "__interception",  "asan_thread_start",
      "_start",    "__libc_",        "___interceptor_", "main",
      "_Unwind_",  "__cxa_"};
  const auto object_has = [&](const char* part) { return contains(frame.object, part); };
  const auto place_has = [&](const char* part) { return contains(frame.place, part); };
  const auto function_starts = [&](std::string_view part) {
    return frame.function == part || (part != "main" && frame.function.starts_with(part));
  };
  return std::any_of(objects.begin(), objects.end(), object_has) ||
         std::any_of(places.begin(), places.end(), place_has) ||
         std::any_of(functions.begin(), functions.end(), function_starts) ||
         is_in_support_folder(frame.place);
}

std::string shortened(const std::string& function) {
  constexpr std::size_t longest = 160;
  return function.size() <= longest ? function : function.substr(0, longest) + " ...";
}

std::string text_of(const Stack& stack, const Symbols& symbols) {
  if (stack.empty()) return "    (it ended, or did not answer when it was asked where it stands)\n";
  std::vector<Frame> frames;
  for (const std::uintptr_t address : stack) {
    const auto& at = symbols.at(address);
    frames.insert(frames.end(), at.begin(), at.end());
  }
  std::string text;
  for (const Frame& frame : frames_worth_showing(frames)) {
    text += "    " + shortened(frame.function) + "\n";
    if (!frame.place.empty()) text += "        at " + frame.place + "\n";
  }
  return text;
}

std::string name_of(const Thread& thread) {
  if (thread.tid == getpid()) return "main";
  return thread.name + " " + std::to_string(thread.tid);
}

std::string deed_of(const Thread& thread) {
  const bool sleeps = thread.state == 'S' || thread.state == 'D';
  if (!sleeps) return thread.state == 'R' ? "running" : "stopped";
  return thread.wait_channel.empty() ? "asleep" : "asleep in " + thread.wait_channel;
}

}  // namespace

std::vector<Frame> frames_worth_showing(const std::vector<Frame>& frames) {
  std::vector<Frame> kept;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (is_machinery(frames[i])) continue;
    if (kept.empty() && i > 0) kept.push_back(frames[i - 1]);
    kept.push_back(frames[i]);
  }
  return kept.empty() ? frames : kept;
}

std::string describe_threads(const std::vector<Thread>& threads) {
  std::vector<pid_t> numbers;
  for (const Thread& thread : threads) numbers.push_back(thread.tid);
  const std::vector<Stack> stacks = stacks_of(numbers);
  std::vector<std::uintptr_t> addresses;
  for (const Stack& stack : stacks) addresses.insert(addresses.end(), stack.begin(), stack.end());
  const Symbols symbols = symbols_of(addresses);

  struct Group {
    std::string stack;
    std::string deed;
    std::vector<std::string> names;
  };
  std::vector<Group> groups;
  for (std::size_t i = 0; i < threads.size(); ++i) {
    const std::string stack = text_of(stacks[i], symbols);
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const Group& other) { return other.stack == stack; });
    if (group == groups.end()) {
      groups.push_back({stack, deed_of(threads[i]), {}});
      group = groups.end() - 1;
    }
    group->names.push_back(name_of(threads[i]));
  }
  std::string text;
  for (const Group& group : groups) {
    text += "  " + std::to_string(group.names.size());
    text += group.names.size() == 1 ? " thread " : " threads ";
    text += "(";
    for (std::size_t i = 0; i < group.names.size(); ++i) text += (i ? ", " : "") + group.names[i];
    text += ") " + group.deed + ":\n" + group.stack;
  }
  return text;
}

std::string describe_this_thread() {
  const Stack stack = stack_of_this_thread();
  return text_of(stack, symbols_of(stack));
}

}  // namespace promissory::support
