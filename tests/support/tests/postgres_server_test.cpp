// A PostgreSQL server that a test starts ends with it, whatever happens, and leaves nothing behind.
#include "support/postgres_server.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "support/child.hpp"
#include "support/contract.hpp"
#include "support/tests/watched_process.hpp"

namespace promissory::support {
namespace {

namespace fs = std::filesystem;

const Role has_a_postgres("has a postgres", [](const std::vector<std::string>&) {
  const PostgresServer server;
  std::cout << server.pid() << " " << server.folder().string() << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
  }
  return 0;
});

bool takes_connections(const fs::path& folder) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, (folder / ".s.PGSQL.5432").c_str(), sizeof address.sun_path - 1);
  const bool is_there =
      ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return is_there;
}

TEST(PostgresOfATest, IsThereAndEndsWithIt) {
  contract("A server is there when it has been made, and gone with the object, folder and all.");
  NEEDS_POSTGRES();
  fs::path folder;
  std::unique_ptr<WatchedProcess> process;
  {
    PostgresServer server;
    const PostgresServer another;
    folder = server.folder();
    EXPECT_NE(folder, another.folder());
    EXPECT_NE(server.where("alice").find("user=alice"), std::string::npos);
    EXPECT_TRUE(takes_connections(folder));
    server.stop();
    EXPECT_FALSE(takes_connections(folder));
    EXPECT_TRUE(takes_connections(another.folder()));
    server.start();
    EXPECT_TRUE(takes_connections(folder));
    struct stat status {};
    ASSERT_EQ(::stat(folder.c_str(), &status), 0);
    EXPECT_NE(status.st_uid, 0U);
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
    server.freeze();  // also a frozen one ends
    process = std::make_unique<WatchedProcess>(server.pid());
  }
  EXPECT_TRUE(process->ends());
  EXPECT_FALSE(fs::exists(folder));
}

TEST(PostgresOfATest, DiesWithATestThatIsKilled) {
  contract("A test that is killed leaves no server behind, and no folder.");
  NEEDS_POSTGRES();
  Process test(playing("has a postgres", {}));
  const auto said = test.hear();
  ASSERT_TRUE(said);
  const fs::path folder = said->substr(said->find(' ') + 1);
  EXPECT_TRUE(takes_connections(folder));
  const WatchedProcess server(std::stoi(*said));
  test.kill();
  EXPECT_TRUE(server.ends());
  while (fs::exists(folder)) std::this_thread::yield();  // or the watchdog ends it
}

TEST(PostgresOfATest, IsMissedInWords) {
  contract("Where there is no PostgreSQL the reason says so.");
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", "/nowhere", 1);
  EXPECT_NE(PostgresServer::why_not("/nowhere").find("no PostgreSQL server here"),
            std::string::npos);
  ::setenv("PATH", path.c_str(), 1);
}

}  // namespace
}  // namespace promissory::support
