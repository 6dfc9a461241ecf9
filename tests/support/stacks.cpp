#include "support/stacks.hpp"

#include <sys/syscall.h>
#include <unistd.h>
#include <unwind.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <ctime>

#include "support/threads.hpp"
#include "support/uninstrumented.hpp"

// TSan intercepts sigaction() and holds a signal back until the thread next enters its runtime,
// which a thread that hangs never does. libc's own name for the same function is not intercepted.
extern "C" int __sigaction(int signal, const struct sigaction* action, struct sigaction* old);

namespace promissory::support {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds patience{2};
constexpr int most_frames = 64;

// Filled in by the handler on the thread that is asked.
struct Answer {
  std::uintptr_t frames[most_frames];
  int count;
  int is_complete;
  Answer* older;
};

PROMISSORY_UNINSTRUMENTED _Unwind_Reason_Code note_frame(_Unwind_Context* context, void* data) {
  auto* answer = static_cast<Answer*>(data);
  int is_before_instruction = 0;
  const std::uintptr_t address = _Unwind_GetIPInfo(context, &is_before_instruction);
  if (address == 0 || answer->count == most_frames) return _URC_END_OF_STACK;
  // A return address belongs to the line after the call, often to another function altogether.
  answer->frames[answer->count++] = is_before_instruction != 0 ? address : address - 1;
  return _URC_NO_REASON;
}

PROMISSORY_UNINSTRUMENTED void answer_signal(int, siginfo_t* information, void*) {
  if (information->si_code != SI_QUEUE || information->si_pid != getpid()) return;
  const int saved_errno = errno;
  auto* answer = static_cast<Answer*>(information->si_value.sival_ptr);
  _Unwind_Backtrace(note_frame, answer);
  __atomic_store_n(&answer->is_complete, 1, __ATOMIC_RELEASE);
  errno = saved_errno;
}

PROMISSORY_UNINSTRUMENTED bool is_complete(const Answer& answer) {
  return __atomic_load_n(&answer.is_complete, __ATOMIC_ACQUIRE) != 0;
}

PROMISSORY_UNINSTRUMENTED std::uintptr_t frame_at(const Answer& answer, int index) {
  return answer.frames[index];
}

int signal_for_stacks() {
  static const int number = [] {
    const int chosen = SIGRTMIN + 6;
    struct sigaction action = {};
    action.sa_sigaction = answer_signal;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    sigemptyset(&action.sa_mask);
    __sigaction(chosen, &action, nullptr);
    return chosen;
  }();
  return number;
}

bool ask(pid_t thread, Answer* answer) {
  siginfo_t information = {};
  information.si_code = SI_QUEUE;
  information.si_pid = getpid();
  information.si_uid = getuid();
  information.si_value.sival_ptr = answer;
  return syscall(SYS_rt_tgsigqueueinfo, getpid(), thread, signal_for_stacks(), &information) == 0;
}

void nap() {
  const timespec moment{0, 1'000'000};
  syscall(SYS_nanosleep, &moment, nullptr);
}

// An answer that comes late must still find its place, so places are never given back.
Answer* unforgotten_answer() {
  static std::atomic<Answer*> newest{nullptr};
  auto* answer = new Answer{};
  answer->older = newest.load(std::memory_order_relaxed);
  while (!newest.compare_exchange_weak(answer->older, answer, std::memory_order_relaxed)) {
  }
  return answer;
}

Stack to_stack(const Answer& answer) {
  Stack stack;
  for (int i = 0; i < answer.count; ++i) stack.push_back(frame_at(answer, i));
  return stack;
}

}  // namespace

std::vector<Stack> stacks_of(const std::vector<pid_t>& threads) {
  std::vector<Stack> stacks(threads.size());
  std::vector<Answer*> asked(threads.size(), nullptr);
  for (std::size_t i = 0; i < threads.size(); ++i) {
    if (threads[i] == this_thread_number()) {
      stacks[i] = stack_of_this_thread();
      continue;
    }
    Answer* answer = unforgotten_answer();
    if (ask(threads[i], answer)) asked[i] = answer;
  }
  const Clock::time_point end = Clock::now() + patience;
  for (std::size_t i = 0; i < threads.size(); ++i) {
    if (asked[i] == nullptr) continue;
    while (!is_complete(*asked[i]) && Clock::now() < end) nap();
    if (is_complete(*asked[i])) stacks[i] = to_stack(*asked[i]);
  }
  return stacks;
}

Stack stack_of_this_thread() {
  Answer answer = {};
  _Unwind_Backtrace(note_frame, &answer);
  return to_stack(answer);
}

}  // namespace promissory::support
