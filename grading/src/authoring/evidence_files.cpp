// Evidence as it is kept, and as it is read.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "authoring/evidence.hpp"
#include "complaint.hpp"
#include "hunt/instrument.hpp"
#include "showing/report_file.hpp"
#include "workbook/file_text.hpp"

namespace promissory::grading {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

fs::path folder_of(const Workbook& workbook) {
  return workbook.root / "tests" / "bug-hunt" / "evidence";
}

Json json_of(const Evidence& evidence) {
  Json json{{"id", evidence.id},
            {"instrument", evidence.named},
            {"of", evidence.of},
            {"runs", evidence.runs}};
  for (const auto& instrument : instruments()) {
    const auto found = evidence.broken.find(instrument.name);
    if (found == evidence.broken.end()) continue;
    json["broken"][instrument.name] = {{"seen", found->second.seen},
                                       {"at_line", found->second.at_line}};
  }
  json["mended"] = evidence.clean;
  return json;
}

Evidence evidence_from(const Json& json) {
  Evidence evidence{.id = json.at("id"),
                    .named = json.at("instrument"),
                    .of = json.at("of"),
                    .runs = json.at("runs"),
                    .broken = {},
                    .clean = {}};
  for (const auto& [name, sightings] : json.at("broken").items()) {
    evidence.broken[name] = {sightings.at("seen"), sightings.at("at_line")};
  }
  for (const auto& [flavour, clean] : json.at("mended").items()) evidence.clean[flavour] = clean;
  return evidence;
}

// One bug on one line: a change of one is a change of one line.
std::string text_of_all(const std::vector<Evidence>& all) {
  std::string text = "[\n";
  for (const auto& evidence : all) {
    text += "  " + json_of(evidence).dump() + (&evidence == &all.back() ? "\n" : ",\n");
  }
  return text + "]\n";
}

std::string cell(const Evidence& evidence, const std::string& instrument) {
  const auto found = evidence.broken.find(instrument);
  if (found == evidence.broken.end()) return "–";
  const auto text = std::to_string(found->second.seen);
  return instrument == evidence.named ? "**" + text + "**" : text;
}

}  // namespace

std::vector<Evidence> read_evidence(const Workbook& workbook) {
  const auto file = folder_of(workbook) / "table.json";
  if (!fs::exists(file)) return {};
  try {
    std::vector<Evidence> all;
    for (const auto& json : Json::parse(text_of_file(file))) all.push_back(evidence_from(json));
    return all;
  } catch (const nlohmann::json::exception& error) {
    throw Complaint(fmt::format("{}: {}", file.string(), error.what()));
  }
}

void write_evidence(const Workbook& workbook, const Hunt& hunt, const std::vector<Evidence>& all) {
  fs::create_directories(folder_of(workbook));
  write_report(folder_of(workbook) / "table.json", text_of_all(all));
  write_report(folder_of(workbook) / "table.md", evidence_table(hunt, all));
}

std::string evidence_table(const Hunt& hunt, const std::vector<Evidence>& all) {
  std::string text =
      "<!-- Made by `make evidence` from runs of every program: do not edit. -->\n\n| # | bug |";
  std::string rule = "| --- | --- |";
  for (const auto& instrument : instruments()) {
    text += " " + instrument.name + " |";
    rule += " ---: |";
  }
  text += " runs | silent when mended |\n" + rule + " ---: | ---: |\n";
  for (const auto& bug : hunt.bugs) {
    const auto evidence = std::ranges::find(all, bug.id, &Evidence::id);
    if (evidence == all.end()) continue;
    text += fmt::format("| {} | {} |", bug.id, bug.title);
    for (const auto& instrument : instruments()) {
      text += " " + cell(*evidence, instrument.name) + " |";
    }
    int least = evidence->runs;
    for (const auto& [flavour, clean] : evidence->clean) least = std::min(least, clean);
    text += fmt::format(" {} | {} |\n", evidence->runs, least);
  }
  return text;
}

}  // namespace promissory::grading
