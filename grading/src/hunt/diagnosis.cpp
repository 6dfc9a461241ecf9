#include "hunt/diagnosis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>

#include "complaint.hpp"
#include "hunt/facts.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

// Blanks are the formatter's business.
std::string without_blanks(std::string text) {
  std::erase_if(text, [](unsigned char letter) { return letter <= ' '; });
  return text;
}

std::string lowered(std::string text) {
  std::ranges::transform(text, text.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return text;
}

// Nothing when the text is anything but a number.
std::optional<int> number_in(const std::string& text) {
  const char* const end = text.data() + text.size();
  int number = 0;
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

std::string line_of(const fs::path& file, int number) {
  std::ifstream in(file);
  std::string line;
  for (int i = 0; i < number; ++i) {
    if (!std::getline(in, line)) return "";
  }
  return line;
}

bool is_word_letter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '_';
}

bool has_a_word(const std::string& sentence, const std::string& beginning) {
  for (auto at = sentence.find(beginning); at != std::string::npos;
       at = sentence.find(beginning, at + 1)) {
    if (at == 0 || !is_word_letter(sentence[at - 1])) return true;
  }
  return false;
}

Part part(const char* name, bool is_right, std::string says) {
  return {.name = name, .points = is_right ? 1 : 0, .possible = 1, .says = std::move(says)};
}

Part score_line(const Diagnosis& diagnosis, const Accepted& accepted, const fs::path& as_given) {
  const auto line = without_blanks(diagnosis.line_number ? line_of(as_given, *diagnosis.line_number)
                                                         : diagnosis.line);
  if (line.empty()) {
    return part("line", false,
                diagnosis.line_number ? fmt::format("line {} is empty", *diagnosis.line_number)
                                      : "not answered yet");
  }
  const bool is_right = std::ranges::any_of(
      accepted.lines, [&](const std::string& right) { return line == without_blanks(right); });
  return part("line", is_right, is_right ? "there it is" : "the fault is not in this line");
}

Part score_choice(const char* name, const std::string& answer,
                  const std::vector<std::string>& accepted, const std::vector<Choice>& choices,
                  const char* when_wrong) {
  if (answer.empty()) return part(name, false, "not answered yet");
  const auto* choice = find(choices, answer);
  if (choice == nullptr) {
    return part(
        name, false,
        fmt::format("“{}” is none of the words in exercises/bug-hunt/choices.toml", answer));
  }
  const bool is_right = std::ranges::count(accepted, answer) > 0;
  return part(name, is_right, is_right ? choice->means : when_wrong);
}

Part score_fix(const std::string& sentence, const Accepted& accepted) {
  if (without_blanks(sentence).empty()) return part("fix", false, "not answered yet");
  const auto words = lowered(sentence);
  const bool is_right = std::ranges::all_of(accepted.fix, [&](const auto& group) {
    return std::ranges::any_of(group,
                               [&](const auto& word) { return has_a_word(words, lowered(word)); });
  });
  return part("fix", is_right,
              is_right ? "this names what has to change"
                       : "this does not say yet what is done, and to what; say it in one sentence");
}

std::string text_if_any(const toml::table& table, const fs::path& path, const char* key) {
  const auto node = table[key];
  if (!node) return "";
  const auto text = node.value_exact<std::string>();
  if (!text) throw Complaint(fmt::format("{}: `{}` must be a string", path.string(), key));
  return *text;
}

}  // namespace

bool Diagnosis::is_empty() const {
  return !line_number && (line + cause + instrument + failure + theme + fix).empty();
}

Diagnosis read_diagnosis(const fs::path& path) {
  Diagnosis diagnosis;
  if (!fs::is_regular_file(path)) return diagnosis;
  const Facts facts(path);
  const auto& table = facts.table();
  if (const auto number = table["line"].value_exact<int64_t>()) {
    constexpr int64_t longest_file = 100'000;
    diagnosis.line_number = static_cast<int>(std::clamp<int64_t>(*number, 0, longest_file));
  } else {
    diagnosis.line = text_if_any(table, path, "line");
    // The quotes stand there already.
    diagnosis.line_number = number_in(diagnosis.line);
    if (diagnosis.line_number) diagnosis.line.clear();
  }
  diagnosis.cause = text_if_any(table, path, "cause");
  diagnosis.instrument = text_if_any(table, path, "instrument");
  diagnosis.failure = text_if_any(table, path, "failure");
  diagnosis.theme = text_if_any(table, path, "theme");
  diagnosis.fix = text_if_any(table, path, "fix");
  return diagnosis;
}

Accepted read_accepted(const fs::path& path) {
  const Facts facts(path);
  return {.lines = facts.texts("lines"),
          .causes = facts.texts("causes"),
          .instruments = facts.texts("instruments"),
          .failures = facts.texts("failures"),
          .themes = facts.texts("themes"),
          .fix = facts.groups("fix")};
}

std::vector<Part> score_diagnosis(const Diagnosis& diagnosis, const Accepted& accepted,
                                  const Choices& choices, const fs::path& as_given) {
  return {score_line(diagnosis, accepted, as_given),
          score_choice("cause", diagnosis.cause, accepted.causes, choices.causes,
                       "that is not why it goes wrong"),
          score_choice("instrument", diagnosis.instrument, accepted.instruments,
                       choices.instruments, "this one does not show it, or not every time"),
          score_choice("failure", diagnosis.failure, accepted.failures, choices.failures,
                       "that is not what its users notice"),
          score_choice("theme", diagnosis.theme, accepted.themes, choices.themes,
                       "it is an example of something else"),
          score_fix(diagnosis.fix, accepted)};
}

}  // namespace promissory::grading
