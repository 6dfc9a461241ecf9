// Suggestions for whoever types into the search box. They are nice to have; a slow dictionary must
// not slow the typing down.
#pragma once

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <future>
#include <string>
#include <utility>
#include <vector>

namespace promissory {

using Words = std::vector<std::string>;

/// Finds words that begin in a certain way. May take its time, may throw; called from any thread.
using Dictionary = std::function<Words(const std::string& beginning)>;

/// What stands below a search box. To be used by one thread.
class Suggestions {
 public:
  using Duration = std::chrono::steady_clock::duration;

  /// @param patience how long somebody who types may be kept from the next letter
  /// @param most no more words than these are shown
  Suggestions(Dictionary dictionary, Duration patience, std::size_t most)
      : dictionary_(std::move(dictionary)), patience_(patience), most_(most) {}

  /// Neither this nor the end of the box waits for a slow dictionary.
  /// @return no words when there are none, or not in time, or the dictionary fails
  Words suggest(const std::string& typed) {
    if (typed.empty()) return {};
    try {
      return shortened(in_time(std::async(std::launch::async, dictionary_, typed)));
    } catch (const std::exception&) {
      return {};
    }
  }

  /// How often the dictionary was too slow.
  int given_up() const { return given_up_; }

 private:
  Words in_time(std::future<Words> words) {
    if (words.wait_for(patience_) == std::future_status::ready) return words.get();
    ++given_up_;
    return {};
  }

  Words shortened(Words words) const {
    if (words.size() > most_) words.resize(most_);
    return words;
  }

  const Dictionary dictionary_;
  const Duration patience_;
  const std::size_t most_;
  int given_up_ = 0;
};

}  // namespace promissory
