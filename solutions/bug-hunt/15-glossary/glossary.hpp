// The words of a trade and what they mean, shared by everybody at the translators' desk.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bug-hunt/house/slot.hpp"

namespace promissory {

/// A glossary. All members are thread-safe; its destructor waits for the lookups.
class Glossary {
 public:
  using Meaning = std::optional<std::string>;
  using Lookup = std::shared_ptr<house::Slot<Meaning>>;

  /// Adds a word, or gives one another meaning.
  void learn(const std::string& word, std::string meaning) {
    const std::lock_guard lock(mutex_);
    entries_[word] = std::move(meaning);
  }

  /// Begins to look a word up, as it stands or as a plural. Does not wait.
  /// @return its meaning, later, to be taken once; nothing for a word that is not here
  Lookup look_up(std::string word) {
    auto found = house::Slot<Meaning>::make("a meaning");
    const std::lock_guard lock(mutex_);
    lookups_.emplace_back([this, found, word = std::move(word)] { found->put(meaning_of(word)); });
    return found;
  }

  /// How many lookups were begun.
  std::size_t lookups() const {
    const std::lock_guard lock(mutex_);
    return lookups_.size();
  }

 private:
  Meaning meaning_of(const std::string& word) const {
    if (auto meaning = entry(word)) return meaning;
    if (word.ends_with("es")) {
      if (auto meaning = entry(word.substr(0, word.size() - 2))) return meaning;
    }
    return word.ends_with("s") ? entry(word.substr(0, word.size() - 1)) : std::nullopt;
  }

  Meaning entry(const std::string& word) const {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(word);
    return found == entries_.end() ? Meaning() : found->second;
  }

  mutable std::mutex mutex_;  // guards what follows
  std::unordered_map<std::string, std::string> entries_;
  std::vector<std::jthread> lookups_;
};

}  // namespace promissory
