#include "support/redis_server.hpp"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <sstream>
#include <stdexcept>
#include <system_error>

namespace promissory::support {
namespace fs = std::filesystem;
namespace {

constexpr const char* program = "redis-server";

bool is_in_path() {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (::access((fs::path(folder) / program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

// The path of a Unix socket has room for 107 letters.
fs::path short_folder() {
  constexpr std::size_t longest = 80;
  const fs::path wanted = fs::temp_directory_path();
  return wanted.native().size() <= longest ? wanted : fs::path("/tmp");
}

}  // namespace

RedisServer::RedisServer() {
  std::string pattern = (short_folder() / "redis-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), pattern);
  }
  folder_ = pattern;
  socket_ = (folder_ / "socket").string();
  start();
}

RedisServer::~RedisServer() {
  stop();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string RedisServer::why_not() {
  return is_in_path() ? "" : "there is no redis-server here: `make setup` installs it";
}

void RedisServer::start() {
  process_ = std::make_unique<Process>(
      std::vector<std::string>{program, "--port", "0", "--unixsocket", socket_, "--unixsocketperm",
                               "700", "--save", "", "--appendonly", "no", "--dir", folder_.string(),
                               "--daemonize", "no", "--loglevel", "notice", "--logfile", ""});
  std::string said;
  while (const auto line = process_->hear()) {
    if (line->find("eady to accept connections") != std::string::npos) {
      process_->hang_up();  // nobody reads on, and a full stream would stop it
      return;
    }
    said += *line + "\n";
  }
  throw std::runtime_error("redis-server does not start: " + said);
}

void RedisServer::stop() {
  process_.reset();
}

void RedisServer::freeze() const {
  process_->signal(SIGSTOP);
}

void RedisServer::thaw() const {
  process_->signal(SIGCONT);
}

}  // namespace promissory::support
