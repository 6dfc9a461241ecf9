// Values and records as text that survives a process, and that a person can read. Given, not to be
// written.
//
//     promissory promise 1
//     since 1700000000000000000
//     state resolved
//     id 9:invoice/7
//     payload 2:42
//     checksum 5f0c1f8ad8f7b7a1
#pragma once

#include <charconv>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "02-result/result.hpp"
#include "15-durable-promise/storage.hpp"

namespace promissory {

/// What was kept is not what was expected.
class DecodeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Appends bytes of any kind so that take_field() finds their end: "5:hello".
inline void append_field(std::string& to, std::string_view bytes) {
  to += std::to_string(bytes.size());
  to += ':';
  to += bytes;
}

/// Takes off what append_field() has appended.
/// @throws DecodeError when `from` does not begin with a field
inline std::string_view take_field(std::string_view& from) {
  std::size_t size = 0;
  const char* const end = from.data() + from.size();
  const auto [colon, error] = std::from_chars(from.data(), end, size);
  if (error != std::errc() || colon == end || *colon != ':' ||
      static_cast<std::size_t>(end - colon) - 1 < size) {
    throw DecodeError("no field of the form length:bytes");
  }
  const std::string_view field(colon + 1, size);
  from.remove_prefix(static_cast<std::size_t>(colon + 1 - from.data()) + size);
  return field;
}

/// How a T becomes text and a T again: `encode` takes a T, `decode` gives an equal one or throws
/// DecodeError. Specialise it for a type of your own. The same value must always give the same
/// text, because that is how a promise sees that it is settled so already.
template <class T>
struct Codec;

template <>
struct Codec<std::string> {
  static std::string encode(const std::string& value) { return value; }
  static std::string decode(std::string_view text) { return std::string(text); }
};

template <>
struct Codec<Unit> {
  static std::string encode(Unit) { return {}; }
  static Unit decode(std::string_view text) {
    if (!text.empty()) throw DecodeError("something where nothing should be");
    return {};
  }
};

template <>
struct Codec<bool> {
  static std::string encode(bool value) { return value ? "true" : "false"; }
  static bool decode(std::string_view text) {
    if (text != "true" && text != "false") throw DecodeError("not a truth value");
    return text == "true";
  }
};

/// Numbers, in as many digits as it takes to get the same one back.
template <class T>
requires std::integral<T> || std::floating_point<T>
struct Codec<T> {
  static std::string encode(T value) {
    char text[64];
    const auto [end, error] = std::to_chars(text, text + sizeof text, value);
    if (error != std::errc()) throw DecodeError("a number that is too long");
    return {text, end};
  }
  static T decode(std::string_view text) {
    T value{};
    const char* const end = text.data() + text.size();
    const auto [last, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || last != end) throw DecodeError("not a number of this type");
    return value;
  }
};

template <class T>
struct Codec<std::vector<T>> {
  static std::string encode(const std::vector<T>& values) {
    std::string text;
    for (const auto& value : values) append_field(text, Codec<T>::encode(value));
    return text;
  }
  static std::vector<T> decode(std::string_view text) {
    std::vector<T> values;
    while (!text.empty()) values.push_back(Codec<T>::decode(take_field(text)));
    return values;
  }
};

/// Tells damage from text: FNV-1a, 64 bits. Another byte in one place always gives another sum, all
/// other damage almost always. It protects from accidents, not from enemies.
inline std::uint64_t checksum(std::string_view text) {
  std::uint64_t sum = 14695981039346656037ULL;
  for (const char byte : text) sum = (sum ^ static_cast<unsigned char>(byte)) * 1099511628211ULL;
  return sum;
}

inline const char* name_of(PromiseState state) {
  switch (state) {
    case PromiseState::pending:
      return "pending";
    case PromiseState::resolved:
      return "resolved";
    case PromiseState::rejected:
      return "rejected";
  }
  throw std::invalid_argument("no state of a promise");
}

/// @return the record as the text that stands at the top of this file
inline std::string to_text(const Record& record) {
  std::string text = "promissory promise 1\n";
  text += "since " + std::to_string(record.since.time_since_epoch().count()) + '\n';
  text += std::string("state ") + name_of(record.state) + '\n';
  text += "id ";
  append_field(text, record.id);
  text += "\npayload ";
  append_field(text, record.payload);
  text += '\n';
  constexpr int digits = 16;
  constexpr int base = 16;
  char sum[digits];
  const auto written = std::to_chars(sum, sum + digits, checksum(text), base);
  text += "checksum " + std::string(static_cast<std::size_t>(sum + digits - written.ptr), '0');
  text.append(sum, written.ptr);
  return text + '\n';
}

/// @return the record, or nothing when `text` is not, from its first byte to its last, what
///     to_text() has written
inline std::optional<Record> record_from(std::string_view text) {
  std::string_view rest = text;
  const auto take = [&rest](std::string_view expected) {
    if (!rest.starts_with(expected)) throw DecodeError("not a record");
    rest.remove_prefix(expected.size());
  };
  const auto take_line = [&rest] {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) throw DecodeError("half a line");
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return line;
  };
  try {
    Record record;
    take("promissory promise 1\nsince ");
    record.since = std::chrono::sys_time<std::chrono::nanoseconds>(
        std::chrono::nanoseconds(Codec<std::int64_t>::decode(take_line())));
    take("state ");
    const std::string_view state = take_line();
    if (state == name_of(PromiseState::resolved)) record.state = PromiseState::resolved;
    if (state == name_of(PromiseState::rejected)) record.state = PromiseState::rejected;
    take("id ");
    record.id = take_field(rest);
    take("\npayload ");
    record.payload = take_field(rest);
    // Written again, every byte must be the same: that checks the sum and all in between.
    if (to_text(record) != text) return std::nullopt;
    return record;
  } catch (const DecodeError&) {
    return std::nullopt;
  }
}

}  // namespace promissory
