#include "hunt/hunt_json.hpp"

#include "showing/paths.hpp"

namespace promissory::grading {
namespace {

Json answer_json(const Answer& answer) {
  Json json{{"id", answer.bug.id}, {"folder", answer.bug.folder}, {"title", answer.bug.title}};
  if (answer.bug.is_variation) json["variation"] = true;
  json["points"] = answer.points();
  json["points_possible"] = answer.possible();
  json["parts"] = Json::array();
  for (const auto& part : answer.parts) {
    json["parts"].push_back({{"name", part.name},
                             {"points", part.points},
                             {"points_possible", part.possible},
                             {"says", part.says}});
  }
  return json;
}

}  // namespace

Json hunt_json(const std::vector<Answer>& answers) {
  HuntMark mark;
  Json bugs = Json::array();
  for (const auto& answer : answers) {
    mark.count(answer);
    bugs.push_back(answer_json(answer));
  }
  return {{"points", mark.points}, {"points_possible", mark.possible}, {"bugs", bugs}};
}

Json hunt_report(const std::string& submission, const std::vector<Answer>& answers) {
  return {
      {"schema", "promissory-hunt/1"}, {"submission", submission}, {"hunt", hunt_json(answers)}};
}

Json exhibit_report(const Workbook& workbook, const Submission& submission, const Bug& bug,
                    const Exhibit& exhibit) {
  Json json{{"id", bug.id},
            {"instruments", exhibit.instruments},
            {"seen_by", exhibit.seen_by},
            {"means", exhibit.means}};
  if (!exhibit.instead.empty()) json["instead"] = exhibit.instead;
  if (!exhibit.evidence.empty()) json["evidence"] = exhibit.evidence;
  json["clues"] = Json::array();
  for (const auto& clue : exhibit.clues) {
    json["clues"].push_back(
        {{"file", shortened(workbook.root, (submission.root / bug.folder / bug.file).string())},
         {"line", clue.line},
         {"text", clue.text}});
  }
  if (!exhibit.ask.empty()) json["ask"] = exhibit.ask;
  return {{"schema", "promissory-hunt/1"}, {"submission", submission.shown_as}, {"exhibit", json}};
}

}  // namespace promissory::grading
