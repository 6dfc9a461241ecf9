#include "support/symbols.hpp"

#include <cxxabi.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <sstream>

namespace promissory::support {
namespace {

constexpr int patience_ms = 20'000;

std::string hexadecimal(std::uintptr_t value) {
  std::ostringstream text;
  text << "0x" << std::hex << value;
  return text.str();
}

struct Location {
  std::string object;
  std::uintptr_t offset = 0;  // as the object file counts
  Frame fallback;
};

std::string demangled(const char* name) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(name, nullptr, nullptr, &status), &std::free);
  return status == 0 ? text.get() : name;
}

Location locate(std::uintptr_t address) {
  Location location;
  location.fallback.function = hexadecimal(address);
  Dl_info information = {};
  link_map* map = nullptr;
  if (dladdr1(reinterpret_cast<void*>(address), &information, reinterpret_cast<void**>(&map),
              RTLD_DL_LINKMAP) == 0 ||
      map == nullptr) {
    return location;
  }
  // The program itself has an empty name; its path may have been relative to another directory.
  const bool is_program = map->l_name == nullptr || *map->l_name == '\0';
  location.object = is_program ? "/proc/" + std::to_string(getpid()) + "/exe" : map->l_name;
  location.offset = address - map->l_addr;
  location.fallback.object = location.object;
  if (information.dli_sname != nullptr)
    location.fallback.function = demangled(information.dli_sname);
  return location;
}

std::string read_until_end(int descriptor) {
  std::string text;
  char buffer[4096];
  pollfd readable{descriptor, POLLIN, 0};
  while (poll(&readable, 1, patience_ms) > 0) {
    const ssize_t count = read(descriptor, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    text.append(buffer, static_cast<std::size_t>(count));
  }
  return text;
}

std::string output_of(const std::vector<std::string>& command) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return "";
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int error =
      posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  std::string text;
  if (error == 0) {
    text = read_until_end(ends[0]);
    kill(child, SIGKILL);
    while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  close(ends[0]);
  return text;
}

// Lines look like "0x00000000000011f9: f(int) at a.cpp:3" and " (inlined by) g() at a.cpp:9".
bool parse_frame(std::string line, const std::string& object, Frame& frame) {
  const std::string inlined = " (inlined by) ";
  if (line.starts_with(inlined)) {
    line.erase(0, inlined.size());
  } else if (line.starts_with("0x") && line.find(": ") != std::string::npos) {
    line.erase(0, line.find(": ") + 2);
  }
  const std::size_t at = line.rfind(" at ");
  if (at == std::string::npos || line.starts_with("?? ")) return false;
  frame.function = line.substr(0, at);
  frame.place = line.substr(at + 4);
  frame.place.erase(std::min(frame.place.find(" (discriminator"), frame.place.size()));
  if (frame.place.starts_with("??")) frame.place.clear();
  frame.object = object;
  return true;
}

void ask_addr2line(const std::string& object, const std::vector<std::uintptr_t>& addresses,
                   const std::map<std::uintptr_t, Location>& locations, Symbols& symbols) {
  std::vector<std::string> command{"addr2line", "-aCfipe", object};
  for (const std::uintptr_t address : addresses) {
    command.push_back(hexadecimal(locations.at(address).offset));
  }
  std::istringstream lines(output_of(command));
  std::size_t index = 0;
  bool is_first = true;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("0x")) {
      if (!is_first) ++index;
      is_first = false;
    }
    if (is_first || index >= addresses.size()) continue;
    Frame frame;
    if (parse_frame(line, object, frame)) symbols[addresses[index]].push_back(frame);
  }
}

}  // namespace

Symbols symbols_of(const std::vector<std::uintptr_t>& addresses) {
  std::map<std::uintptr_t, Location> locations;
  std::map<std::string, std::vector<std::uintptr_t>> by_object;
  for (const std::uintptr_t address : addresses) {
    const auto [place, is_new] = locations.try_emplace(address);
    if (!is_new) continue;
    place->second = locate(address);
    by_object[place->second.object].push_back(address);
  }
  Symbols symbols;
  for (const auto& [object, in_object] : by_object) {
    if (!object.empty()) ask_addr2line(object, in_object, locations, symbols);
  }
  for (const auto& [address, location] : locations) {
    auto& frames = symbols[address];
    if (frames.empty()) frames.push_back(location.fallback);
  }
  return symbols;
}

}  // namespace promissory::support
