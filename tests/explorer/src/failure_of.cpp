#include "failure_of.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "schedule.hpp"
#include "symbols.hpp"

namespace promissory::explorer {
namespace {

char letter_of(Action action) {
  switch (action) {
    case Action::lock:
    case Action::try_lock:
    case Action::unlock:
    case Action::lock_shared:
    case Action::try_lock_shared:
    case Action::unlock_shared:
      return 'M';
    case Action::wait:
    case Action::wake:
    case Action::notify_one:
    case Action::notify_all:
      return 'C';
    case Action::acquire:
    case Action::try_acquire:
    case Action::release:
      return 'S';
    case Action::once:
    case Action::once_done:
      return 'O';
    case Action::load:
    case Action::store:
    case Action::exchange:
    case Action::compare_exchange:
    case Action::fetch:
    case Action::futex_wait:
    case Action::futex_woken:
    case Action::futex_wake:
      return 'A';
    default:
      return '\0';
  }
}

/// M1, M2, C1 … in the order in which the schedule comes to them, which no address can change.
class Names {
 public:
  explicit Names(const Record& record) : record_(record) {
    for (int i = 0; i < steps(); ++i) {
      const Operation& operation = record.step[i].operation;
      name(operation.object, letter_of(operation.action));
      name(operation.other, 'M');
    }
  }

  const std::string& of(Address address) { return name(address, 'X'); }
  int steps() const { return std::min(record_.steps, step_limit); }

 private:
  const std::string& name(Address address, char letter) {
    static const std::string none;
    if (address == 0 || letter == '\0') return none;
    const auto [at, is_new] = names_.try_emplace(address);
    if (is_new) at->second = fmt::format("{}{}", letter, ++count_[letter]);
    return at->second;
  }

  const Record& record_;
  std::map<Address, std::string> names_;
  std::map<char, int> count_;
};

std::string threads_in(std::uint64_t mask) {
  std::string text;
  for (int id = 0; id < thread_limit; ++id) {
    if ((mask >> id & 1) != 0) text += fmt::format("{}T{}", text.empty() ? "" : ", ", id);
  }
  return text.empty() ? "nobody" : text;
}

std::string number(std::uint64_t value, int size) {
  // Small negative numbers are more often meant than huge ones.
  if (size == 4 && static_cast<std::int32_t>(value) < 0) {
    const auto signed_value = static_cast<std::int32_t>(value);
    if (signed_value > -1000) return std::to_string(signed_value);
  }
  if (size == 8 && static_cast<std::int64_t>(value) < 0 &&
      static_cast<std::int64_t>(value) > -1000) {
    return std::to_string(static_cast<std::int64_t>(value));
  }
  // An address says nothing, and is not the same in every process.
  if (value > 0xffff'ffffU) return "(address)";
  return std::to_string(value);
}

std::string action_of(const RawStep& step, Names& names) {
  const std::string object =
      names.of(letter_of(step.operation.action) != '\0' ? step.operation.object : 0);
  switch (step.operation.action) {
    case Action::start:
      return "begins";
    case Action::create:
      return fmt::format("starts T{}", step.target);
    case Action::join:
      return fmt::format("joins T{}", step.target);
    case Action::exit:
      return "ends";
    case Action::body_end:
      return "ends the body";
    case Action::lock:
      return step.failed ? "gives up " + object : "lock " + object;
    case Action::try_lock:
      return step.failed ? "try_lock " + object + " fails" : "try_lock " + object;
    case Action::unlock:
      return "unlock " + object;
    case Action::lock_shared:
      return step.failed ? "gives up " + object : "lock_shared " + object;
    case Action::try_lock_shared:
      return step.failed ? "try_lock_shared " + object + " fails" : "try_lock_shared " + object;
    case Action::unlock_shared:
      return "unlock_shared " + object;
    case Action::wait:
      return fmt::format("wait {} (lets {} go)", object, names.of(step.operation.other));
    case Action::wake: {
      const char* how = step.failed        ? "times out"
                        : step.target >= 0 ? "wakes"
                                           : "wakes for no reason";
      return fmt::format("{} {} (takes {})", how, object, names.of(step.operation.other));
    }
    case Action::notify_one:
      return fmt::format("notify_one {} → {}", object, threads_in(step.after));
    case Action::notify_all:
      return fmt::format("notify_all {} → {}", object, threads_in(step.after));
    case Action::acquire:
      return step.failed ? "gives up " + object : "acquire " + object;
    case Action::try_acquire:
      return step.failed ? "try_acquire " + object + " fails" : "try_acquire " + object;
    case Action::release:
      return "release " + object;
    case Action::load:
      return "load " + object;
    case Action::store:
      return "store " + object;
    case Action::exchange:
      return "exchange " + object;
    case Action::compare_exchange:
      return step.failed ? "CAS " + object + " fails" : "CAS " + object;
    case Action::fetch:
      return "update " + object;
    case Action::futex_wait:
      return step.failed ? "need not sleep on " + object : "sleeps on " + object;
    case Action::futex_woken:
      return (step.failed           ? "times out on "
              : step.read_from >= 0 ? "wakes on "
                                    : "wakes for no reason on ") +
             object;
    case Action::futex_wake:
      return fmt::format("wake {} → {}", object, threads_in(step.after));
    case Action::once:
      return "once " + object;
    case Action::once_done:
      return "once done " + object;
    case Action::sleep:
      return "sleeps";
    case Action::clock:
      return "looks at the clock";
    case Action::yield:
      return "yields";
  }
  return "?";
}

std::string value_of(const RawStep& step) {
  if (!step.has_value) return {};
  std::string after = number(step.after, step.size);
  if (step.operation.only_reads || step.failed) return after;
  return number(step.before, step.size) + " → " + after;
}

bool is_bookkeeping(const std::vector<Frame>& everything) {
  if (everything.empty()) return false;
  static constexpr std::string_view share_counting[] = {"_Sp_counted",
                                                        "__shared_count",
                                                        "__exchange_and_add",
                                                        "_M_release",
                                                        "_Stop_state_t::_M_add_owner",
                                                        "_M_add_ssrc",
                                                        "_M_sub_ssrc",
                                                        "_M_release_ownership"};
  for (std::size_t i = 0; i < everything.size() && i < 4; ++i) {
    for (const std::string_view share : share_counting) {
      if (everything[i].function.find(share) != std::string::npos) return true;
    }
  }
  return false;
}

/// Notes speak of objects as {address}.
std::vector<Address> addresses_in(const std::string& text) {
  std::vector<Address> addresses;
  for (std::size_t open = text.find('{'); open != std::string::npos;
       open = text.find('{', open + 1)) {
    addresses.push_back(std::stoull(text.substr(open + 1), nullptr, 16));
  }
  return addresses;
}

/// Steps that no two threads share, looks at the clock, and the library's own counting, say
/// nothing.
class Relevance {
 public:
  explicit Relevance(const Record& record) {
    for (int i = 0; i < std::min(record.steps, step_limit); ++i) {
      const RawStep& step = record.step[i];
      if (letter_of(step.operation.action) == '\0') continue;
      users_[step.operation.object] |= 1U << step.thread;
    }
    // What a note speaks of concerns everybody.
    for (int i = 0; i < record.notes; ++i) {
      for (const Address address : addresses_in(record.note[i].text)) users_[address] = ~0U;
    }
  }

  bool matters(const RawStep& step, const std::vector<Frame>& own, const std::vector<Frame>& all) {
    switch (step.operation.action) {
      case Action::create:
      case Action::join:
      case Action::sleep:
      case Action::notify_one:
      case Action::notify_all:
      case Action::wait:
      case Action::wake:
        return true;
      default:
        break;
    }
    const std::uint32_t users = users_[step.operation.object];
    const bool is_shared = (users & (users - 1)) != 0;
    if (!is_shared || own.empty() || is_bookkeeping(all)) return false;
    // The third look at the same value is like the second.
    const bool is_look = step.operation.action == Action::load || step.failed;
    auto& last = last_look_[step.thread];
    const bool is_repeated =
        is_look && last.first == step.operation.object && last.second == step.after;
    last = is_look ? std::pair(step.operation.object, step.after)
                   : std::pair(Address{0}, std::uint64_t{0});
    return !is_repeated;
  }

 private:
  std::map<Address, std::uint32_t> users_;
  std::map<int, std::pair<Address, std::uint64_t>> last_look_;
};

class Places {
 public:
  explicit Places(const Record& record) {
    std::vector<Address> pcs;
    for (int i = 0; i < std::min(record.steps, step_limit); ++i) {
      append(pcs, record.step[i].stack);
    }
    for (int i = 0; i < record.notes; ++i) {
      append(pcs, record.note[i].stack);
    }
    places_ = places_of(pcs);
  }

  std::vector<Frame> all(const Stack& stack) const {
    std::vector<Frame> frames;
    for (int i = 0; i < stack.frames; ++i) {
      const auto found = places_.find(stack.pcs[i]);
      if (found == places_.end()) continue;
      for (const Frame& frame : found->second) {
        if (frame.file.find("/tests/explorer/src/") == std::string::npos) frames.push_back(frame);
      }
    }
    return frames;
  }

  static std::vector<Frame> own(const std::vector<Frame>& all) {
    std::vector<Frame> frames;
    std::copy_if(all.begin(), all.end(), std::back_inserter(frames),
                 [](const Frame& frame) { return is_own(frame.file); });
    return frames;
  }

 private:
  static void append(std::vector<Address>& pcs, const Stack& stack) {
    pcs.insert(pcs.end(), stack.pcs, stack.pcs + stack.frames);
  }

  std::map<Address, std::vector<Frame>> places_;
};

std::string with_names(const char* text, Names& names) {
  std::string result = text;
  for (std::size_t open = result.find('{'); open != std::string::npos;
       open = result.find('{', open)) {
    const std::size_t close = result.find('}', open);
    if (close == std::string::npos) break;
    const Address address = std::stoull(result.substr(open + 1, close - open - 1), nullptr, 16);
    const std::string& name = names.of(address);
    result.replace(open, close - open + 1, name);
    open += name.size();
  }
  return result;
}

}  // namespace

Failure failure_of(const Record& record) {
  Failure failure;
  failure.kind = name_of(record.kind);
  failure.summary = record.summary;
  failure.schedule = record.schedule;
  failure.preemptions = record.preemptions;
  failure.file = record.file;
  failure.line = record.line;
  Names names(record);
  const Places places(record);
  Relevance relevance(record);
  for (int i = 0; i < names.steps(); ++i) {
    const RawStep& raw = record.step[i];
    const auto all = places.all(raw.stack);
    Step step{.number = i + 1,
              .thread = raw.thread,
              .action = action_of(raw, names),
              .value = value_of(raw)};
    step.stack = Places::own(all);
    if (letter_of(raw.operation.action) != '\0') step.object = names.of(raw.operation.object);
    if (raw.operation.action == Action::sleep && raw.operation.deadline != no_deadline && i > 0) {
      step.value = "until the clock says so";
    }
    step.target = raw.target;
    step.read_from = raw.read_from < 0 ? -1 : raw.read_from + 1;
    step.matters = relevance.matters(raw, step.stack, all);
    failure.steps.push_back(std::move(step));
  }
  for (int i = 0; i < record.notes; ++i) {
    const RawNote& raw = record.note[i];
    const auto all = places.all(raw.stack);
    Note note{.thread = raw.thread, .text = with_names(raw.text, names), .stack = Places::own(all)};
    failure.notes.push_back(std::move(note));
  }
  return failure;
}

}  // namespace promissory::explorer
