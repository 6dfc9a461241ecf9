#include "support/terminate_handler.hpp"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <exception>
#include <string>

#include "support/exceptions.hpp"
#include "support/proc_files.hpp"
#include "support/report_file.hpp"
#include "support/running_test.hpp"
#include "support/stack_report.hpp"
#include "support/threads.hpp"

namespace promissory::support {
namespace {

std::string name_of_this_thread() {
  if (this_thread_number() == getpid()) return "the main thread";
  char name[16] = "";
  pthread_getname_np(pthread_self(), name, sizeof name);
  return std::string("thread ") + name + " " + std::to_string(this_thread_number());
}

std::string sentence_for(const ExceptionText& text) {
  if (text.is_not_written) return text.what;
  std::string sentence = "An exception of type " + text.type + " left " + name_of_this_thread();
  sentence += " or a function that promises not to throw";
  return sentence + (text.what.empty() ? "." : ": " + text.what);
}

void explain_and_abort() {
  static constinit std::atomic<bool> is_explained{false};
  if (is_explained.exchange(true, std::memory_order_relaxed)) {
    while (true) pause();
  }
  const std::exception_ptr error = std::current_exception();
  const ExceptionText text = error ? describe_exception(error) : ExceptionText{};
  const std::string sentence =
      error ? sentence_for(text)
            : "std::terminate was called in " + name_of_this_thread() +
                  " without an exception: most often a std::thread was destroyed while joinable.";
  report(JsonLine("terminate")
             .text("test", running_test_name())
             .text("message", sentence)
             .flag("not_written", text.is_not_written));
  write_fully(STDERR_FILENO, "[ TERMINATE] " + sentence + "\n");
  // A death test wants the sentence, soon.
  if (!is_death_test()) {
    const auto [contract, read] = explanation();
    const std::string explained =
        *contract == '\0' ? "" : "Contract: " + std::string(contract) + "\n";
    write_fully(STDERR_FILENO, explained + describe_this_thread());
  }
  std::abort();
}

}  // namespace

void install_terminate_handler() {
  std::set_terminate(explain_and_abort);
}

}  // namespace promissory::support
