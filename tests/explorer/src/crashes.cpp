#include "crashes.hpp"

#include <cxxabi.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <typeinfo>

#include "world.hpp"

namespace promissory::explorer::crashes {
namespace {

void crashed(int signal, siginfo_t* info, void*) {
  if (self != nullptr) self->inside = true;
  world::note_here("is here");
  const bool has_address = signal == SIGSEGV || signal == SIGBUS;
  if (has_address) {
    world::fail(Kind::crash, "%s at address %p.", strsignal(signal), info->si_addr);
  }
  world::fail(Kind::crash, "%s.", strsignal(signal));
}

[[noreturn]] void terminated() {
  if (self != nullptr) self->inside = true;
  if (std::current_exception())
    fail_with_current_exception("escaped from a thread or a noexcept function");
  world::note_here("called it");
  world::fail(Kind::uncaught,
              "std::terminate was called, as when a joinable std::thread is destroyed.");
}

}  // namespace

void fail_with_current_exception(const char* what_it_did) {
  const char* mangled = "an exception";
  if (const std::type_info* type = abi::__cxa_current_exception_type()) mangled = type->name();
  int status = -1;
  char* const readable = abi::__cxa_demangle(mangled, nullptr, nullptr, &status);
  const char* const name = status == 0 ? readable : mangled;
  world::note_here("%s", what_it_did);
  try {
    throw;
  } catch (const std::exception& error) {
    world::fail(Kind::uncaught, "%s \"%s\" %s.", name, error.what(), what_it_did);
  } catch (...) {
    world::fail(Kind::uncaught, "%s %s.", name, what_it_did);
  }
}

void install_handlers() {
  struct sigaction action = {};
  action.sa_sigaction = crashed;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP}) {
    sigaction(signal, &action, nullptr);
  }
  std::set_terminate(terminated);
}

}  // namespace promissory::explorer::crashes
