#include "symbols.hpp"

#include <elf.h>
#include <fmt/format.h>
#include <link.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>

namespace promissory::explorer {
namespace {

struct Program {
  Address base = 0;
  Address begin = 0;
  Address end = 0;
};

Program this_program() {
  Program program;
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* into) {
        auto& program = *static_cast<Program*>(into);
        program.base = info->dlpi_addr;
        for (int i = 0; i < info->dlpi_phnum; ++i) {
          const auto& segment = info->dlpi_phdr[i];
          if (segment.p_type != PT_LOAD || (segment.p_flags & PF_X) == 0) continue;
          program.begin = info->dlpi_addr + segment.p_vaddr;
          program.end = program.begin + segment.p_memsz;
        }
        return 1;  // the program itself comes first
      },
      &program);
  return program;
}

std::string read_all(const std::string& command) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string text;
  char buffer[4096];
  while (pipe && std::fgets(buffer, sizeof buffer, pipe.get()) != nullptr) text += buffer;
  return text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

Frame frame_of(const std::string& function, const std::string& place) {
  Frame frame{.function = function};
  const std::size_t colon = place.rfind(':');
  if (colon == std::string::npos || place.starts_with("??")) return frame;
  frame.file = std::filesystem::path(place.substr(0, colon)).lexically_normal().string();
  frame.line = std::atoi(place.c_str() + colon + 1);
  return frame;
}

}  // namespace

std::map<Address, std::vector<Frame>> places_of(const std::vector<Address>& pcs) {
  const Program program = this_program();
  std::set<Address> wanted;
  for (const Address pc : pcs) {
    if (pc >= program.begin && pc < program.end) wanted.insert(pc);
  }
  std::map<Address, std::vector<Frame>> places;
  std::error_code no_path;
  const std::string self = std::filesystem::read_symlink("/proc/self/exe", no_path).string();
  for (auto at = wanted.begin(); at != wanted.end();) {
    std::string command = fmt::format("addr2line -a -f -C -i -e '{}'", self);
    for (int i = 0; i < 2000 && at != wanted.end(); ++i, ++at) {
      command += fmt::format(" {:#x}", *at - program.base);
    }
    Address current = 0;
    const auto lines = lines_of(read_all(command + " 2>/dev/null"));
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].starts_with("0x")) {
        current = std::stoull(lines[i], nullptr, 16) + program.base;
        continue;
      }
      if (i + 1 < lines.size()) {
        const Frame frame = frame_of(lines[i], lines[i + 1]);
        if (frame.line > 0) places[current].push_back(frame);
        ++i;
      }
    }
  }
  return places;
}

bool is_own(const std::string& file) {
  return !file.empty() && !file.starts_with("/usr/") && !file.starts_with("../sysdeps") &&
         file.find("/tests/explorer/src/") == std::string::npos &&
         file.find("/tests/explorer/explorer.hpp") == std::string::npos;
}

std::string source_line(const std::string& file, int line) {
  std::ifstream in(file);
  std::string text;
  for (int i = 0; i < line; ++i) {
    if (!std::getline(in, text)) return {};
  }
  const std::size_t begin = text.find_first_not_of(" \t");
  return begin == std::string::npos ? std::string{} : text.substr(begin);
}

}  // namespace promissory::explorer
