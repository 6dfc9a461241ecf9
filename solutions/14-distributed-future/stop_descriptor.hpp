// A stop, for whoever waits with poll().
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <stop_token>
#include <system_error>

namespace promissory::detail {

/// Readable once a token has been stopped, so that poll() can wait for that too.
class StopDescriptor {
 public:
  explicit StopDescriptor(const std::stop_token& token) {
    if (!token.stop_possible()) return;
    fd_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    callback_.emplace(token, Ring{fd_});
  }
  StopDescriptor(const StopDescriptor&) = delete;
  StopDescriptor& operator=(const StopDescriptor&) = delete;
  ~StopDescriptor() {
    callback_.reset();  // it may be ringing in another thread
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  struct Ring {
    int fd;
    void operator()() const noexcept { ::eventfd_write(fd, 1); }
  };

  int fd_ = -1;
  std::optional<std::stop_callback<Ring>> callback_;
};

}  // namespace promissory::detail
