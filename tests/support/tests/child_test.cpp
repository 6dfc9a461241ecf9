// Processes that a test starts end with it, whatever happens.
#include "support/child.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "support/contract.hpp"
#include "support/redis_server.hpp"
#include "support/tests/watched_process.hpp"

namespace promissory::support {
namespace {

using Words = std::vector<std::string>;

const Role echoes("echoes", [](const Words& words) {
  for (const auto& word : words) std::cout << word << std::endl;
  for (std::string line; std::getline(std::cin, line);) std::cout << "again " << line << std::endl;
  return 7;
});

const Role counts("counts", [](const Words&) {
  int lines = 0;
  for (std::string line; std::getline(std::cin, line);) ++lines;
  std::cout << lines << " lines" << std::endl;
  return 0;
});

const Role has_a_child("has a child", [](const Words&) {
  const Process child(playing("echoes", {}));
  std::cout << child.pid() << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
  }
  return 0;
});

const Role has_a_server("has a server", [](const Words&) {
  const RedisServer server;
  std::cout << server.pid() << " " << server.socket() << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
  }
  return 0;
});

/// @return what a server on this socket answers; nothing when nobody is there
std::string ping(const std::string& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  std::string answer;
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    EXPECT_EQ(::send(fd, "PING\r\n", 6, MSG_NOSIGNAL), 6);
    char buffer[64];
    const auto count = ::read(fd, buffer, sizeof buffer);
    answer.assign(buffer, count > 0 ? static_cast<std::size_t>(count) : 0);
  }
  ::close(fd);
  return answer;
}

TEST(Child, PlaysItsRole) {
  contract("A child gets its words, answers line by line, and its end is told.");
  Process child(playing("echoes", {"a b", ""}));
  EXPECT_EQ(child.hear(), "a b");
  EXPECT_EQ(child.hear(), "");
  EXPECT_TRUE(child.say("hello"));
  EXPECT_EQ(child.hear(), "again hello");
  child.hang_up();
  EXPECT_EQ(child.wait(), "exit 7");
}

TEST(Child, IsHeardToItsEnd) {
  contract("A child to which nothing more is said can still be heard, to its last line.");
  Process child(playing("counts", {}));
  EXPECT_TRUE(child.say("one"));
  EXPECT_TRUE(child.say("two"));
  child.say_no_more();
  EXPECT_EQ(child.hear(), "2 lines");
  EXPECT_EQ(child.hear(), std::nullopt);
  EXPECT_EQ(child.wait(), "exit 0");
}

TEST(Child, IsKilled) {
  contract("A child that was killed says nothing more.");
  Process child(playing("echoes", {"ready"}));
  EXPECT_EQ(child.hear(), "ready");
  child.signal(SIGKILL);
  EXPECT_EQ(child.hear(), std::nullopt);
  EXPECT_EQ(child.wait(), "signal 9");
  EXPECT_FALSE(child.say("hello"));
}

TEST(Child, ThatIsNotThereShowsInItsEnd) {
  contract("A program that does not exist ends at once.");
  Process child({"no-such-program"});
  EXPECT_EQ(child.hear(), std::nullopt);
  EXPECT_EQ(child.wait(), "exit 127");
  Process role(playing("no such role", {}));
  EXPECT_EQ(role.wait(), "exit 2");
}

TEST(Child, DiesWithItsParent) {
  contract("When a test is killed, the kernel kills what it has started.");
  Process parent(playing("has a child", {}));
  const auto said = parent.hear();
  ASSERT_TRUE(said);
  const WatchedProcess grandchild(std::stoi(*said));
  parent.kill();
  EXPECT_TRUE(grandchild.ends());
}

TEST(ServerOfATest, AnswersAndEndsWithIt) {
  contract("A server is there when it has been made, and gone with the object.");
  NEEDS_REDIS();
  std::string socket;
  std::unique_ptr<WatchedProcess> process;
  {
    RedisServer server;
    const RedisServer another;
    EXPECT_NE(server.socket(), another.socket());
    socket = server.socket();
    EXPECT_EQ(ping(socket), "+PONG\r\n");
    server.stop();
    EXPECT_EQ(ping(socket), "");
    server.start();
    EXPECT_EQ(ping(socket), "+PONG\r\n");
    EXPECT_EQ(ping(another.socket()), "+PONG\r\n");
    process = std::make_unique<WatchedProcess>(server.pid());
  }
  EXPECT_TRUE(process->ends());
  EXPECT_NE(::access(socket.c_str(), F_OK), 0);
}

TEST(ServerOfATest, DiesWithATestThatIsKilled) {
  contract("A test that is killed leaves no server behind.");
  NEEDS_REDIS();
  Process test(playing("has a server", {}));
  const auto said = test.hear();
  ASSERT_TRUE(said);
  const auto socket = said->substr(said->find(' ') + 1);
  EXPECT_EQ(ping(socket), "+PONG\r\n");
  const WatchedProcess server(std::stoi(*said));
  test.kill();
  EXPECT_TRUE(server.ends());
  // Only the folder is left of it: nobody was there any more to remove that.
  std::filesystem::remove_all(std::filesystem::path(socket).parent_path());
}

TEST(ServerOfATest, IsMissedInWords) {
  contract("Where there is no redis-server the reason says so.");
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", "/nowhere", 1);
  EXPECT_NE(RedisServer::why_not().find("no redis-server here"), std::string::npos);
  ::setenv("PATH", path.c_str(), 1);
}

}  // namespace
}  // namespace promissory::support
