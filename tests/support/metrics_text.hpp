// Reads what a Prometheus server would scrape: the text format, version 0.0.4.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace promissory::support {

using Labels = std::map<std::string, std::string>;

/// The samples of one scrape, by name and labels, in whatever order and spelling they were written.
class MetricsText {
 public:
  /// @throws std::invalid_argument with the number of the line that a server would refuse: one that
  ///     is not a comment, a sample, or empty; a sample that is there twice; a metric whose samples
  ///     are torn apart or whose type is told twice or too late; a last line that does not end
  explicit MetricsText(std::string_view text);

  /// @throws std::out_of_range, naming the sample, when there is none
  double value(const std::string& name, const Labels& labels) const;

  bool has(const std::string& name, const Labels& labels) const {
    return samples_.contains({name, labels});
  }

  /// @return how many samples there are, of whatever name
  std::size_t size() const { return samples_.size(); }

  /// @return "counter", "gauge", "histogram" …; empty when it was not told
  std::string type(const std::string& metric) const;

 private:
  std::map<std::pair<std::string, Labels>, double> samples_;
  std::map<std::string, std::string> types_;
};

}  // namespace promissory::support
