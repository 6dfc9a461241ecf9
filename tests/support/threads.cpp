#include "support/threads.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>

#include "support/proc_files.hpp"

namespace promissory::support {
namespace {

std::string file_of(pid_t tid, const char* name) {
  return "/proc/self/task/" + std::to_string(tid) + "/" + name;
}

// The words of a text, one after the other. A stream would ask the global locale how numbers are
// written, and that is the test's to change, at any moment.
class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) {}

  std::string_view next() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n"), rest_.size()));
    const std::string_view word = rest_.substr(0, rest_.find_first_of(" \n"));
    rest_.remove_prefix(word.size());
    return word;
  }

  /// @return whether the next word is a number; hexadecimal ones begin with 0x
  template <class Number>
  bool next(Number& number) {
    std::string_view word = next();
    const bool is_hexadecimal = word.starts_with("0x");
    if (is_hexadecimal) word.remove_prefix(2);
    const char* const end = word.data() + word.size();
    const auto read = std::from_chars(word.data(), end, number, is_hexadecimal ? 16 : 10);
    return read.ec == std::errc() && read.ptr == end;
  }

 private:
  std::string_view rest_;
};

// The name of a thread may hold spaces and parentheses: what follows begins at the last of them.
bool parse_stat(const std::string& text, Thread& thread) {
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(')');
  if (open == std::string::npos || close == std::string::npos || close < open) return false;
  thread.name = text.substr(open + 1, close - open - 1);
  Words rest(std::string_view(text).substr(close + 1));
  const std::string_view state = rest.next();
  if (state.empty()) return false;
  thread.state = state.front();
  constexpr int words_between_state_and_start = 18;
  for (int i = 0; i < words_between_state_and_start; ++i) rest.next();
  return rest.next(thread.started);
}

std::optional<unsigned long long> number_after(const std::string& text, const char* label) {
  const std::size_t at = text.find(label);
  if (at == std::string::npos) return std::nullopt;
  return std::strtoull(text.c_str() + at + std::string::traits_type::length(label), nullptr, 10);
}

std::optional<char> state_in_status(const std::string& status) {
  const std::string_view label = "\nState:\t";
  const std::size_t at = status.find(label);
  if (at == std::string::npos) return std::nullopt;
  return status[at + label.size()];
}

bool is_untimed_futex_wait(const std::string& system_call) {
  Words words(system_call);
  long number = -1;
  if (!words.next(number) || number != SYS_futex) return false;
  unsigned long long arguments[4] = {};
  for (unsigned long long& argument : arguments) {
    if (!words.next(argument)) return false;
  }
  const auto command = static_cast<int>(arguments[1]) & FUTEX_CMD_MASK;
  const bool is_wait = command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET;
  return is_wait && arguments[3] == 0;
}

}  // namespace

std::vector<pid_t> thread_numbers() {
  return numbers_in_proc_directory("/proc/self/task").value_or(std::vector<pid_t>{});
}

std::optional<std::vector<Thread>> threads_of_this_process() {
  const auto numbers = numbers_in_proc_directory("/proc/self/task");
  if (!numbers) return std::nullopt;
  std::vector<Thread> threads;
  for (const pid_t tid : *numbers) {
    Thread thread;
    thread.tid = tid;
    const auto stat = read_proc_file(file_of(tid, "stat"));
    if (!stat || !parse_stat(*stat, thread)) continue;
    if (thread.state == 'Z' || thread.state == 'X') continue;
    thread.wait_channel = read_proc_file(file_of(tid, "wchan")).value_or("");
    if (thread.wait_channel == "0") thread.wait_channel.clear();
    threads.push_back(thread);
  }
  std::sort(threads.begin(), threads.end(), [](const Thread& left, const Thread& right) {
    return std::pair(left.started, left.tid) < std::pair(right.started, right.tid);
  });
  return threads;
}

std::optional<Schedule> schedule_of_thread(pid_t tid) {
  const auto status = read_proc_file(file_of(tid, "status"));
  if (!status) return std::nullopt;
  const auto state = state_in_status(*status);
  const auto voluntary = number_after(*status, "\nvoluntary_ctxt_switches:");
  const auto involuntary = number_after(*status, "\nnonvoluntary_ctxt_switches:");
  if (!state || !voluntary || !involuntary) return std::nullopt;
  return Schedule{*state, *voluntary + *involuntary};
}

std::optional<Rest> rest_of_thread(pid_t tid) {
  const auto before = schedule_of_thread(tid);
  const auto system_call = read_proc_file(file_of(tid, "syscall"));
  if (!before || !system_call) return std::nullopt;
  const auto after = schedule_of_thread(tid);
  if (before != after) return std::nullopt;
  return Rest{is_untimed_futex_wait(*system_call), after->switches};
}

std::optional<Share> share_of_thread(pid_t tid) {
  const auto times = read_proc_file(file_of(tid, "schedstat"));
  const auto status = read_proc_file(file_of(tid, "status"));
  if (!times || !status) return std::nullopt;
  Words words(*times);
  long long ran = 0;
  long long waited = 0;
  const auto state = state_in_status(*status);
  if (!words.next(ran) || !words.next(waited) || !state) return std::nullopt;
  return Share{.ran = std::chrono::nanoseconds(ran),
               .waited = std::chrono::nanoseconds(waited),
               .is_ready = *state == 'R'};
}

bool is_being_traced() {
  const auto status = read_proc_file("/proc/self/status");
  return status && number_after(*status, "\nTracerPid:").value_or(0) != 0;
}

pid_t this_thread_number() {
  return static_cast<pid_t>(syscall(SYS_gettid));
}

}  // namespace promissory::support
