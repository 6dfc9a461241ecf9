#include "running/process.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <set>
#include <system_error>
#include <utility>

#include "running/starvation.hpp"

namespace promissory::grading {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int most_last_reads = 64;

// On a machine that others use too. More is a program that starves itself with its own threads.
constexpr int most_patience = 10;

std::atomic<bool> interrupt_seen{false};

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    close();
    fd_ = std::exchange(other.fd_, -1);
    return *this;
  }
  ~Descriptor() { close(); }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

std::vector<std::string> merged_environment(const std::vector<std::string>& added) {
  const auto name_of = [](const std::string& entry) { return entry.substr(0, entry.find('=')); };
  std::set<std::string> replaced;
  std::vector<std::string> merged;
  for (const auto& entry : added) {
    replaced.insert(name_of(entry));
    if (entry.find('=') != std::string::npos) merged.push_back(entry);
  }
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!replaced.contains(name_of(*entry))) merged.emplace_back(*entry);
  }
  return merged;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (auto& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

// Between fork and exec only async-signal-safe calls: other threads may hold any lock.
[[noreturn]] void become(const Command& command, char* const* argv, char* const* env, int out,
                         int err, pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  struct sigaction ordinary {};
  ordinary.sa_handler = SIG_DFL;
  ::sigaction(SIGINT, &ordinary, nullptr);
  ::sigaction(SIGTERM, &ordinary, nullptr);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  if (command.file_size_limit) {
    const rlimit size{*command.file_size_limit, *command.file_size_limit};
    ::setrlimit(RLIMIT_FSIZE, &size);
  }
  if (command.memory_limit) {
    const rlimit memory{*command.memory_limit, *command.memory_limit};
    ::setrlimit(RLIMIT_AS, &memory);
  }
  const int null = ::open("/dev/null", O_RDONLY);
  ::dup2(null, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  // What the caller's caller left open is not for a stranger's program.
  ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  if (!command.folder.empty() && ::chdir(command.folder.c_str()) != 0) ::_exit(127);
  ::execvpe(argv[0], argv, env);
  const char* reason = std::strerror(errno);  // NOLINT(concurrency-mt-unsafe): the child is alone
  [[maybe_unused]] auto ignored = ::write(STDERR_FILENO, argv[0], std::strlen(argv[0]));
  ignored = ::write(STDERR_FILENO, ": ", 2);
  ignored = ::write(STDERR_FILENO, reason, std::strlen(reason));
  ::_exit(127);
}

void drain(Descriptor& from, std::string& into, const Command& command, bool& cut) {
  std::array<char, 65536> buffer;
  const ssize_t count = ::read(from.get(), buffer.data(), buffer.size());
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (count <= 0) {
    from.close();
    return;
  }
  const auto room = command.output_limit - std::min(command.output_limit, into.size());
  const auto kept = std::min<std::size_t>(room, static_cast<std::size_t>(count));
  into.append(buffer.data(), kept);
  cut = cut || kept < static_cast<std::size_t>(count);
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

Finished run(const Command& command) {
  auto argv_texts = command.argv;
  auto env_texts = merged_environment(command.environment);
  const auto argv = pointers(argv_texts);
  const auto env = pointers(env_texts);
  auto out = make_pipe();
  auto err = make_pipe();
  const auto begin = Clock::now();
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) {
    become(command, argv.data(), env.data(), out.write.get(), err.write.get(), parent);
  }
  ::setpgid(child, child);  // also here: whoever is first, the group exists before it is killed
  out.write.close();
  err.write.close();

  Finished finished;
  auto deadline = begin + command.limit;
  bool ended = false;
  // The end of the child is watched by itself: it may close its streams and live on, or leave a
  // grandchild that holds them open. The group is killed before the leader is reaped, while its
  // process id cannot belong to anybody else.
  const Descriptor end(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  while (!ended) {
    std::array<pollfd, 3> streams{pollfd{out.read.get(), POLLIN, 0},
                                  pollfd{err.read.get(), POLLIN, 0}, pollfd{end.get(), POLLIN, 0}};
    ::poll(streams.data(), streams.size(), 10);
    if (streams[0].revents != 0) drain(out.read, finished.out, command, finished.output_cut);
    if (streams[1].revents != 0) drain(err.read, finished.err, command, finished.output_cut);
    siginfo_t info{};
    ended = ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
            info.si_pid == child;
    if (!ended && Clock::now() >= deadline) {
      const auto starved =
          std::chrono::duration_cast<Clock::duration>(std::min<std::chrono::nanoseconds>(
              time_without_processor(child), (most_patience - 1) * command.limit));
      deadline = begin + command.limit + starved;
      finished.timed_out = Clock::now() >= deadline;
    }
    if (finished.timed_out || interrupted()) break;
  }
  ::kill(-child, SIGKILL);
  int status = 0;
  rusage usage{};
  while (::wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  finished.wall_seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  finished.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  if (interrupted()) throw Interrupted();
  for (auto* stream : {&out, &err}) {
    ::fcntl(stream->read.get(), F_SETFL, O_NONBLOCK);
    auto& text = stream == &out ? finished.out : finished.err;
    pollfd last{stream->read.get(), POLLIN, 0};
    // What the dead have written fits into a pipe; somebody who left the group may write for ever.
    for (int i = 0; i < most_last_reads && stream->read.get() >= 0 && ::poll(&last, 1, 0) > 0;
         ++i) {
      drain(stream->read, text, command, finished.output_cut);
    }
  }
  if (WIFEXITED(status)) finished.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) finished.signal = WTERMSIG(status);
  return finished;
}

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupt_seen.store(true, std::memory_order_relaxed); };
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() {
  return interrupt_seen.load(std::memory_order_relaxed);
}

}  // namespace promissory::grading
