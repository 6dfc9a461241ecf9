// A PostgreSQL server of a test's own.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "support/child.hpp"

namespace promissory::support {

/// On a Unix socket in a private folder, without a port: nothing is shared with any other test or
/// server. Root's server runs as nobody, for PostgreSQL refuses to run as root. It ends with this
/// object, and with the test, however that ends; so does its folder.
///
/// What has been committed outlives the server's own end (not that of the machine: it does not sync
/// the disk, which nobody here switches off).
class PostgresServer {
 public:
  /// Makes a new cluster. Returns when it takes connections.
  /// @throws std::runtime_error with the server's own words when it does not
  PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer();

  /// @param versions where Debian keeps each version in a folder of its own; PATH is looked at, too
  /// @return why there can be none on this machine; empty when there can
  static std::string why_not(const std::filesystem::path& versions = "/usr/lib/postgresql");

  /// @return where it is, as libpq has it, for the superuser of the cluster or another role
  std::string where(const std::string& user = "postgres") const;

  /// @return the private folder
  const std::filesystem::path& folder() const { return folder_; }
  pid_t pid() const { return process_->pid(); }

  /// Ends it at once, as a crash does: all connections break, what was not committed is lost.
  void stop();
  /// Starts it again, at the same place, with all that was committed.
  void start();

  /// It answers nobody, and breaks no connection, until it is thawed.
  void freeze() const;
  void thaw() const;

 private:
  std::filesystem::path folder_;
  std::unique_ptr<Process> cleaner_;
  std::unique_ptr<Process> process_;
};

}  // namespace promissory::support

/// First in a test that needs a server: where there is none, the test is not judged.
#define NEEDS_POSTGRES()                                                                       \
  if (const auto why_not = ::promissory::support::PostgresServer::why_not(); !why_not.empty()) \
  GTEST_SKIP() << why_not
