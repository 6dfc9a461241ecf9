#include "support/metrics_text.hpp"

#include <cctype>
#include <charconv>
#include <cmath>
#include <set>
#include <stdexcept>

namespace promissory::support {
namespace {

/// Takes one line apart from its front.
class Line {
 public:
  explicit Line(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }

  bool take(char expected) {
    if (rest_.empty() || rest_.front() != expected) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void skip_blanks() {
    while (take(' ') || take('\t')) continue;
  }

  void demand(char expected, const char* why) {
    if (!take(expected)) throw std::invalid_argument(why);
  }

  std::string_view word() {
    const std::string_view found = rest_.substr(0, rest_.find_first_of(" \t"));
    rest_.remove_prefix(found.size());
    return found;
  }

  std::string name(bool may_have_colons) {
    const auto belongs = [&](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' ||
             (may_have_colons && c == ':');
    };
    std::size_t length = 0;
    while (length < rest_.size() && belongs(rest_[length])) ++length;
    if (length == 0 || std::isdigit(static_cast<unsigned char>(rest_.front())) != 0) {
      throw std::invalid_argument("a name is missing or has letters that no name has");
    }
    std::string found(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return found;
  }

  std::string quoted() {
    demand('"', "a label's value does not begin with a quotation mark");
    std::string found;
    while (!take('"')) {
      if (at_end()) throw std::invalid_argument("a label's value does not end on its line");
      if (!take('\\')) {
        found += rest_.front();
        rest_.remove_prefix(1);
      } else if (take('n')) {
        found += '\n';
      } else if (take('"')) {
        found += '"';
      } else if (take('\\')) {
        found += '\\';
      } else {
        throw std::invalid_argument("a backslash that escapes nothing");
      }
    }
    return found;
  }

  Labels labels() {
    Labels found;
    if (!take('{')) return found;
    skip_blanks();
    while (!take('}')) {
      const std::string label = name(false);
      demand('=', "a label without a value");
      if (!found.emplace(label, quoted()).second) throw std::invalid_argument("a label twice");
      skip_blanks();
      if (!take(',') && (rest_.empty() || rest_.front() != '}')) {
        throw std::invalid_argument("labels that are not separated by a comma");
      }
      skip_blanks();
    }
    return found;
  }

 private:
  std::string_view rest_;
};

double number(std::string_view text) {
  if (text == "+Inf") return HUGE_VAL;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw std::invalid_argument("'" + std::string(text) + "' is not a number");
  }
  return value;
}

/// Whose sample is it? A histogram's have three names.
std::string metric_of(const std::string& name, const std::map<std::string, std::string>& types) {
  for (const std::string_view suffix : {"_bucket", "_sum", "_count"}) {
    if (!name.ends_with(suffix)) continue;
    const std::string base = name.substr(0, name.size() - suffix.size());
    const auto found = types.find(base);
    if (found != types.end() && found->second == "histogram") return base;
  }
  return name;
}

}  // namespace

MetricsText::MetricsText(std::string_view text) {
  std::set<std::string> begun;
  std::string current;
  const auto enter = [&](const std::string& metric) {
    if (metric == current) return;
    if (!begun.insert(metric).second) {
      throw std::invalid_argument(metric + " is torn apart: its lines have to be in one piece");
    }
    current = metric;
  };
  const auto read = [&](std::string_view whole) {
    Line line(whole);
    line.skip_blanks();
    if (line.at_end()) return;
    if (line.take('#')) {
      line.skip_blanks();
      const std::string_view kind = line.word();
      if (kind != "TYPE" && kind != "HELP") return;
      line.skip_blanks();
      const std::string metric = line.name(true);
      enter(metric);
      line.skip_blanks();
      if (kind == "TYPE" && !types_.emplace(metric, line.word()).second) {
        throw std::invalid_argument("the type of " + metric + " is told twice");
      }
      return;
    }
    const std::string name = line.name(true);
    enter(metric_of(name, types_));
    const Labels labels = line.labels();
    line.skip_blanks();
    if (!samples_.emplace(std::pair(name, labels), number(line.word())).second) {
      throw std::invalid_argument("a sample of " + name + " is there twice");
    }
    line.skip_blanks();
    if (!line.at_end()) throw std::invalid_argument("something follows the value");
  };

  for (int count = 1; !text.empty(); ++count) {
    const std::size_t end = text.find('\n');
    try {
      if (end == std::string_view::npos) throw std::invalid_argument("the last line does not end");
      read(text.substr(0, end));
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument("line " + std::to_string(count) + ", '" +
                                  std::string(text.substr(0, end)) + "': " + error.what());
    }
    text.remove_prefix(end + 1);
  }
}

double MetricsText::value(const std::string& name, const Labels& labels) const {
  const auto found = samples_.find({name, labels});
  if (found != samples_.end()) return found->second;
  std::string sample = name;
  for (const auto& [label, value] : labels) sample += " " + label + "=" + value;
  throw std::out_of_range("there is no sample " + sample);
}

std::string MetricsText::type(const std::string& metric) const {
  const auto found = types_.find(metric);
  return found == types_.end() ? "" : found->second;
}

}  // namespace promissory::support
