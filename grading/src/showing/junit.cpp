#include "showing/junit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>
#include <sstream>

namespace promissory::grading {
namespace {

// XML 1.0 has no way to write most control characters, not even escaped.
std::string printable(std::string text) {
  std::ranges::replace_if(
      text, [](unsigned char c) { return c < 0x20 && c != '\n' && c != '\t'; }, ' ');
  return text;
}

std::string explanation(const Json& test) {
  std::string text;
  for (const auto& failure : test.value("failures", Json::array())) {
    text += fmt::format("{}:{}\n{}\n", failure.at("file").get<std::string>(),
                        failure.at("line").get<int>(), failure.at("message").get<std::string>());
  }
  return printable(text + test.value("detail", "") + test.value("interleaving", ""));
}

void add_case(pugi::xml_node suite, const std::string& classname, const Json& test) {
  auto node = suite.append_child("testcase");
  node.append_attribute("classname") = classname.c_str();
  node.append_attribute("name") = test.at("name").get<std::string>().c_str();
  const auto outcome = test.at("outcome").get<std::string>();
  if (outcome == "passed") return;
  if (outcome == "skipped") {
    node.append_child("skipped").append_attribute("message") =
        printable(test.value("detail", "")).c_str();
    return;
  }
  auto failure = node.append_child("failure");
  failure.append_attribute("type") = outcome.c_str();
  failure.append_attribute("message") = printable(test.value("contract", outcome)).c_str();
  failure.text() = explanation(test).c_str();
}

void add_stage(pugi::xml_node suite, const std::string& classname, const Json& stage) {
  auto node = suite.append_child("testcase");
  node.append_attribute("classname") = classname.c_str();
  node.append_attribute("name") = "verdict";
  const auto status = stage.at("status").get<std::string>();
  const auto why = printable(stage.value("why", ""));
  if (status == "failed") {
    auto failure = node.append_child("failure");
    failure.append_attribute("type") = "failed";
    failure.append_attribute("message") = why.c_str();
    if (stage.contains("diagnostic")) {
      const auto& at = stage["diagnostic"];
      failure.text() =
          printable(fmt::format("{}:{}: {}: {}", at.at("file").get<std::string>(),
                                at.at("line").get<int>(), at.at("kind").get<std::string>(),
                                at.at("message").get<std::string>()))
              .c_str();
    }
  } else if (status != "passed") {
    node.append_child("skipped").append_attribute("message") = why.c_str();
  }
}

void add_property(pugi::xml_node properties, const char* name, int value) {
  auto property = properties.append_child("property");
  property.append_attribute("name") = name;
  property.append_attribute("value") = value;
}

void count_cases(pugi::xml_node suite) {
  const auto cases = suite.children("testcase");
  suite.append_attribute("tests") = static_cast<int>(std::distance(cases.begin(), cases.end()));
  suite.append_attribute("failures") =
      static_cast<int>(suite.select_nodes("testcase/failure").size());
  suite.append_attribute("skipped") =
      static_cast<int>(suite.select_nodes("testcase/skipped").size());
}

// One bug of the hunt: each part of the answer is a case.
void add_answer(pugi::xml_node suites, const Json& answer) {
  auto suite = suites.append_child("testsuite");
  suite.append_attribute("name") = answer.at("folder").get<std::string>().c_str();
  auto properties = suite.append_child("properties");
  add_property(properties, "score", answer.at("points").get<int>());
  add_property(properties, "score_possible", answer.at("points_possible").get<int>());
  const auto classname = "hunt" + answer.at("id").get<std::string>();
  for (const auto& part : answer.at("parts")) {
    auto node = suite.append_child("testcase");
    node.append_attribute("classname") = classname.c_str();
    node.append_attribute("name") = part.at("name").get<std::string>().c_str();
    const auto points = part.at("points").get<int>();
    const auto possible = part.at("points_possible").get<int>();
    const auto says = printable(part.at("says").get<std::string>());
    if (possible == 0) {
      node.append_child("skipped").append_attribute("message") = says.c_str();
    } else if (points < possible) {
      auto failure = node.append_child("failure");
      failure.append_attribute("type") = "failed";
      failure.append_attribute("message") = says.c_str();
    }
  }
  count_cases(suite);
}

}  // namespace

std::string junit_xml(const Json& report) {
  pugi::xml_document document;
  auto suites = document.append_child("testsuites");
  suites.append_attribute("name") = "promissory";
  for (const auto& exercise : report.at("exercises")) {
    auto suite = suites.append_child("testsuite");
    suite.append_attribute("name") = exercise.at("folder").get<std::string>().c_str();
    auto properties = suite.append_child("properties");
    add_property(properties, "score", exercise.at("score").get<int>());
    if (exercise.value("stretch", false)) {
      auto stretch = properties.append_child("property");
      stretch.append_attribute("name") = "stretch";
      stretch.append_attribute("value") = true;
    }
    for (const auto& stage : exercise.at("stages")) {
      const auto classname = fmt::format("ex{}.{}", exercise.at("id").get<std::string>(),
                                         stage.at("name").get<std::string>());
      add_stage(suite, classname, stage);
      for (const auto& test : stage.value("tests", Json::array())) add_case(suite, classname, test);
    }
    count_cases(suite);
  }
  if (report.contains("hunt")) {
    for (const auto& answer : report["hunt"].at("bugs")) add_answer(suites, answer);
  }
  std::ostringstream out;
  document.save(out, "  ");
  return out.str();
}

}  // namespace promissory::grading
