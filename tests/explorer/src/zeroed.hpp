// A large array of which little is used. It begins as zeros and no constructor runs, so that only
// what is touched takes memory, and a child process begins without copying it.
#pragma once

#include <cstddef>
#include <type_traits>

namespace promissory::explorer {

template <class Value, std::size_t size>
class Zeroed {
  static_assert(std::is_trivially_copyable_v<Value> && std::is_trivially_destructible_v<Value>);

 public:
  Value& operator[](std::size_t at) { return reinterpret_cast<Value*>(bytes_)[at]; }

 private:
  alignas(Value) unsigned char bytes_[size * sizeof(Value)];
};

}  // namespace promissory::explorer
