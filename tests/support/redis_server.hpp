// A Redis server of a test's own.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "support/child.hpp"

namespace promissory::support {

/// On a Unix socket in a private folder, without a port and without persistence: nothing is shared
/// with any other test or server, and an end is the end of all data. It ends with this object, and
/// with the test, however that ends.
class RedisServer {
 public:
  /// Returns when it takes connections.
  /// @throws std::runtime_error with the server's own words when it does not
  RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;
  ~RedisServer();

  /// @return why there can be none on this machine; empty when there can
  static std::string why_not();

  const std::string& socket() const { return socket_; }

  /// Kills it, and with it all data.
  void stop();
  /// Starts it again, at the same place.
  void start();

  /// It answers nobody, and breaks no connection, until it is thawed.
  void freeze() const;
  void thaw() const;

 private:
  std::filesystem::path folder_;
  std::string socket_;
  std::unique_ptr<Process> process_;
};

}  // namespace promissory::support

/// First in a test that needs a server: where there is none, the test is not judged.
#define NEEDS_REDIS()                                                                       \
  if (const auto why_not = ::promissory::support::RedisServer::why_not(); !why_not.empty()) \
  GTEST_SKIP() << why_not
