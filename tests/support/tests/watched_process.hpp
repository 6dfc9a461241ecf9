// The end of processes that are nobody's children here.
#pragma once

#include <poll.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

namespace promissory::support {

/// Knows when a process has ended that is nobody's child here, and never mistakes another for it.
class WatchedProcess {
 public:
  explicit WatchedProcess(pid_t pid) : fd_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}
  WatchedProcess(const WatchedProcess&) = delete;
  WatchedProcess& operator=(const WatchedProcess&) = delete;
  ~WatchedProcess() { ::close(fd_); }
  bool ends() const {
    pollfd end{fd_, POLLIN, 0};
    return fd_ >= 0 && ::poll(&end, 1, 5000) == 1;
  }

 private:
  int fd_;
};

}  // namespace promissory::support
