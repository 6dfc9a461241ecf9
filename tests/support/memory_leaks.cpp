#include "support/memory_leaks.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "support/threads.hpp"
#include "support/uninstrumented.hpp"

extern "C" {
__attribute__((weak)) int __lsan_do_recoverable_leak_check();
__attribute__((weak)) void __sanitizer_set_report_fd(void* descriptor);
}

namespace promissory::support {
namespace {

// Reports go elsewhere when the user has asked for a log file; then we keep our hands off.
bool may_redirect_reports() {
  for (const char* name : {"ASAN_OPTIONS", "LSAN_OPTIONS"}) {
    const char* options = std::getenv(name);
    if (options != nullptr && std::string_view(options).find("log_path") != std::string_view::npos)
      return false;
  }
  return __sanitizer_set_report_fd != nullptr;
}

std::string contents(int file) {
  std::string text;
  char buffer[4096];
  lseek(file, 0, SEEK_SET);
  for (ssize_t count = 0; (count = read(file, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(count));
  }
  return text;
}

std::string summary_of(const std::string& report) {
  const std::size_t at = report.find("SUMMARY:");
  return at == std::string::npos ? report : report.substr(at, report.find('\n', at) - at);
}

std::string check_into(int file) {
  __sanitizer_set_report_fd(reinterpret_cast<void*>(static_cast<std::intptr_t>(file)));
  const int found = __lsan_do_recoverable_leak_check();
  __sanitizer_set_report_fd(reinterpret_cast<void*>(static_cast<std::intptr_t>(STDERR_FILENO)));
  return found != 0 ? contents(file) : "";
}

std::string all_memory_leaks() {
  if (__lsan_do_recoverable_leak_check == nullptr) return "";
  // The leak sanitizer ends the process when it cannot hold its threads because another one does.
  if (is_being_traced()) return "";
  const int file = may_redirect_reports() ? memfd_create("leaks", MFD_CLOEXEC) : -1;
  if (file < 0) return __lsan_do_recoverable_leak_check() != 0 ? "Memory was leaked." : "";
  const std::string report = check_into(file);
  close(file);
  return report;
}

}  // namespace

PROMISSORY_UNINSTRUMENTED void clear_stack_below() {
  volatile char area[64 * 1024];
  for (volatile char& byte : area) byte = 0;
}

std::string new_memory_leaks() {
  // The sanitizer repeats what it has said before, with the new leaks added.
  static auto& last_summary = *new std::string;
  const std::string report = all_memory_leaks();
  const std::string summary = summary_of(report);
  if (report.empty() || summary == last_summary) return "";
  last_summary = summary;
  return report;
}

}  // namespace promissory::support
