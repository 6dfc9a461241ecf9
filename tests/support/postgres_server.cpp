#include "support/postgres_server.hpp"

#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include "support/watchdog.hpp"

namespace promissory::support {
namespace fs = std::filesystem;
namespace {

using Words = std::vector<std::string>;

bool has_programs(const fs::path& folder) {
  return ::access((folder / "initdb").c_str(), X_OK) == 0 &&
         ::access((folder / "postgres").c_str(), X_OK) == 0;
}

// Debian keeps each version in a folder of its own, out of PATH.
fs::path folder_of_programs(const fs::path& versions = "/usr/lib/postgresql") {
  constexpr int oldest = 12;
  int newest = oldest - 1;
  fs::path found;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(versions, none)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version <= newest || !has_programs(entry.path() / "bin")) continue;
    newest = version;
    found = entry.path() / "bin";
  }
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; found.empty() && std::getline(folders, folder, ':');) {
    if (has_programs(folder)) found = folder;
  }
  return found;
}

const passwd* ordinary_user() {
  return ::geteuid() == 0 ? ::getpwnam("nobody") : ::getpwuid(::geteuid());
}

bool anybody_may_pass(const fs::path& folder) {
  for (fs::path path = fs::absolute(folder); true; path = path.parent_path()) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || (status.st_mode & S_IXOTH) == 0) return false;
    if (path == path.root_path()) return true;
  }
}

// The path of a Unix socket has room for 107 letters, and an ordinary user has to get there.
fs::path folder_for_anybody() {
  constexpr std::size_t longest = 80;
  const fs::path wanted = fs::temp_directory_path();
  const bool is_good =
      wanted.native().size() <= longest && (::geteuid() != 0 || anybody_may_pass(wanted));
  return is_good ? wanted : fs::path("/tmp");
}

// By a shell, which sends what the program says on its standard error stream to the same place.
// When the test dies, the server gets the signal after which it ends at once and cleans up.
Words as_ordinary_user(const Words& command) {
  Words words{"sh", "-c", "exec \"$@\" 2>&1", "sh", "setpriv", "--pdeathsig", "QUIT"};
  if (::geteuid() == 0) {
    const passwd* user = ordinary_user();
    words.insert(words.end(), {"--reuid", std::to_string(user->pw_uid), "--regid",
                               std::to_string(user->pw_gid), "--clear-groups"});
  }
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

// Waits for the end of the test, in a session of its own, so that nothing ends it with the test.
Words cleaner_of(const fs::path& folder) {
  return {"setpriv",
          "--pdeathsig",
          "clear",
          "setsid",
          "sh",
          "-c",
          "read -r _; n=0; cd /;"
          "while ! rm -rf -- \"$1\" 2>/dev/null && [ $n -lt 50 ]; do n=$((n+1)); sleep 0.1; done",
          "sh",
          folder.string()};
}

// A new cluster takes half a second of a processor. It is kept where this was built, and copied.
fs::path kept_cluster() {
  const auto version = folder_of_programs().parent_path().filename().string();
  return fs::path(PROMISSORY_POSTGRES_CLUSTERS) /
         ("postgres-" + version + "-" + std::to_string(::geteuid()));
}

bool copied(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (!fs::exists(from / "PG_VERSION", error)) return false;
  if (Process({"cp", "-a", from.string(), to.string()}).wait() == "exit 0") return true;
  fs::remove_all(to, error);
  return false;
}

// Lets a program of PostgreSQL hear `lines` and run to its end.
void run(Words command, const Words& lines) {
  const std::string name = command.front();
  command.front() = (folder_of_programs() / name).string();
  Process program(as_ordinary_user(command));
  for (const std::string& line : lines) program.say(line);
  program.say_no_more();
  std::string said;
  while (const auto line = program.hear()) said += *line + "\n";
  if (const std::string end = program.wait(); end != "exit 0") {
    throw std::runtime_error(name + " ends with " + end + ": " + said);
  }
}

void make_cluster(const fs::path& data) {
  run({"initdb", "-D", data.string(), "--username=postgres", "--auth=trust", "--no-sync",
       "--no-locale", "--encoding=UTF8", "--wal-segsize=1", "--no-instructions"},
      {});
  // Two databases that nobody needs would be copied each time.
  run({"postgres", "--single", "-F", "-D", data.string(), "postgres"},
      {"update pg_database set datistemplate = false", "drop database template0",
       "drop database template1"});
}

// All or nothing: another test may look for it at this moment, or have kept its own. Where it
// cannot be kept, each test makes one.
void keep_cluster(const fs::path& data) {
  if (::access(PROMISSORY_POSTGRES_CLUSTERS, W_OK) != 0) return;
  const fs::path beside = kept_cluster().string() + "-" + std::to_string(::getpid());
  std::error_code ignored;
  if (copied(data, beside)) fs::rename(beside, kept_cluster(), ignored);
  fs::remove_all(beside, ignored);
}

}  // namespace

PostgresServer::PostgresServer() {
  const UncountedTime others_work;
  std::string pattern = (folder_for_anybody() / "postgres-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), pattern);
  }
  folder_ = pattern;
  cleaner_ = std::make_unique<Process>(cleaner_of(folder_));
  if (::geteuid() == 0 &&
      ::chown(folder_.c_str(), ordinary_user()->pw_uid, ordinary_user()->pw_gid) != 0) {
    throw std::system_error(errno, std::generic_category(), pattern);
  }
  const fs::path data = folder_ / "data";
  if (!copied(kept_cluster(), data)) {
    make_cluster(data);
    keep_cluster(data);
  }
  start();
}

PostgresServer::~PostgresServer() {
  const UncountedTime others_work;
  stop();
  cleaner_->hang_up();
  cleaner_->wait();
}

std::string PostgresServer::why_not(const fs::path& versions) {
  if (folder_of_programs(versions).empty()) {
    return "there is no PostgreSQL server here: `make setup` installs it";
  }
  return ordinary_user() == nullptr ? "there is no ordinary user that PostgreSQL could run as" : "";
}

std::string PostgresServer::where(const std::string& user) const {
  return "host=" + folder_.string() + " user=" + user + " dbname=postgres";
}

void PostgresServer::start() {
  const UncountedTime others_work;
  Words command{(folder_of_programs() / "postgres").string(), "-D", (folder_ / "data").string()};
  for (const std::string& setting : {
           std::string("listen_addresses="),
           "unix_socket_directories=" + folder_.string(),
           std::string("unix_socket_permissions=0700"),
           std::string("fsync=off"),
           std::string("full_page_writes=off"),
           std::string("wal_level=minimal"),
           std::string("max_wal_senders=0"),
           std::string("autovacuum=off"),
           std::string("jit=off"),
           std::string("shared_buffers=16MB"),
           std::string("dynamic_shared_memory_type=mmap"),
           std::string("log_min_messages=log"),
       }) {
    command.insert(command.end(), {"-c", setting});
  }
  process_ = std::make_unique<Process>(as_ordinary_user(command));
  std::string said;
  while (const auto line = process_->hear()) {
    if (line->find("ready to accept connections") != std::string::npos) {
      process_->hang_up();  // nobody reads on, and a full stream would stop it
      return;
    }
    said += *line + "\n";
  }
  throw std::runtime_error("PostgreSQL does not start: " + said);
}

void PostgresServer::stop() {
  if (!process_) return;
  const UncountedTime others_work;
  thaw();
  process_->signal(SIGQUIT);
  process_->wait();
  process_.reset();
}

// Each connection has a process of its own, a child of the server's.
void PostgresServer::freeze() const {
  process_->signal(SIGSTOP);
  const auto pid = std::to_string(process_->pid());
  std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
  for (pid_t child = 0; children >> child;) ::kill(child, SIGSTOP);
}

void PostgresServer::thaw() const {
  const auto pid = std::to_string(process_->pid());
  std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
  for (pid_t child = 0; children >> child;) ::kill(child, SIGCONT);
  process_->signal(SIGCONT);
}

}  // namespace promissory::support
