// Accounts arrive as lines of text. Each file is read beside the requests that the server serves
// meanwhile.
#pragma once

#include <charconv>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "bug-hunt/house/slot.hpp"

namespace promissory {

struct Account {
  std::string owner;
  long long cents = 0;
};

/// Reads one line, "owner;cents".
/// @throws std::invalid_argument for any other line
inline Account parse_account(std::string_view line) {
  const auto separator = line.find(';');
  if (separator == 0 || separator == std::string_view::npos) {
    throw std::invalid_argument("no owner in: " + std::string(line));
  }
  Account account{std::string(line.substr(0, separator)), 0};
  const auto number = line.substr(separator + 1);
  const auto* end = number.data() + number.size();
  const auto parsed = std::from_chars(number.data(), end, account.cents);
  if (parsed.ec != std::errc() || parsed.ptr != end) {
    throw std::invalid_argument("no amount in: " + std::string(line));
  }
  return account;
}

/// Reads files of accounts. Thread-safe.
class AccountImport {
 public:
  using Accounts = std::vector<Account>;
  using Pending = std::shared_ptr<house::Slot<Accounts>>;

  /// Begins to read a file. Does not wait.
  /// @return all its accounts, later, to be taken once; taking throws what reading has thrown
  Pending begin(std::vector<std::string> lines) const {
    auto pending = house::Slot<Accounts>::make("the accounts of a file");
    std::thread([pending, lines = std::move(lines)] {
      try {
        pending->put(read(lines));
      } catch (...) {
        pending->fail(std::current_exception());
      }
    }).detach();
    return pending;
  }

 private:
  static Accounts read(const std::vector<std::string>& lines) {
    Accounts accounts;
    for (const auto& line : lines) {
      if (!line.empty()) accounts.push_back(parse_account(line));
    }
    return accounts;
  }
};

}  // namespace promissory
