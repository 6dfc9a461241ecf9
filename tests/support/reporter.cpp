#include "support/reporter.hpp"

#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "support/contract.hpp"
#include "support/exceptions.hpp"
#include "support/report_file.hpp"
#include "support/running_test.hpp"

namespace promissory::support {
namespace {

struct Failure {
  std::string message;
  bool is_not_written = false;
};

// GoogleTest reports an exception that escapes from a test while it still handles it, so its type
// is known here, which the text of the report does not tell.
Failure escaped_exception(const std::string& report) {
  const std::exception_ptr error = std::current_exception();
  if (!error) return {report};
  const ExceptionText text = describe_exception(error);
  if (text.is_not_written) return {text.what, true};
  const std::size_t thrown_in = report.rfind(" thrown in ");
  const std::string where =
      thrown_in == std::string::npos ? " escaped from the test." : report.substr(thrown_in);
  return {text.type + (text.what.empty() ? "" : " \"" + text.what + "\"") + where};
}

// EXPECT_THROW and EXPECT_NO_THROW swallow the exception and quote it:
// it throws promissory::NotWritten with description "..."
Failure failed_expectation(const std::string& report) {
  constexpr std::string_view opening = "it throws promissory::NotWritten with description \"";
  const std::size_t at = report.find(opening);
  if (at == std::string::npos) return {report};
  const std::size_t begin = at + opening.size();
  const std::size_t end = report.rfind('"');
  return {report.substr(begin, end - begin), true};
}

}  // namespace

void Reporter::OnTestStart(const testing::TestInfo& test) {
  current_contract() = {};
  set_running_test(&test);
  report(JsonLine("begin").text("test", full_name(test)));
}

void Reporter::OnTestPartResult(const testing::TestPartResult& part) {
  if (part.skipped()) {
    report(JsonLine("skip").text("test", running_test_name()).text("why", part.message()));
  }
  if (!part.failed()) return;
  const bool is_escaped = part.file_name() == nullptr;
  const Failure failure =
      is_escaped ? escaped_exception(part.message()) : failed_expectation(part.message());
  const auto [contract, read] = explanation();
  report(JsonLine("failure")
             .text("test", running_test_name())
             .text("file", is_escaped ? "" : part.file_name())
             .number("line", is_escaped ? 0 : part.line_number())
             .text("message", failure.message)
             .flag("not_written", failure.is_not_written)
             .text("contract", contract)
             .text("read", read));
}

void Reporter::OnTestEnd(const testing::TestInfo& test) {
  const testing::TestResult& result = *test.result();
  const char* contract = explanation().contract;
  if (result.Failed() && *contract != '\0') {
    std::printf("Contract: %s\n", contract);
    std::fflush(stdout);
  }
  report(JsonLine("end")
             .text("test", full_name(test))
             .flag("passed", result.Passed())
             .flag("skipped", result.Skipped()));
  set_running_test(nullptr);
}

void Reporter::OnTestProgramEnd(const testing::UnitTest& program) {
  report(JsonLine("done").flag("passed", program.Passed()));
}

}  // namespace promissory::support
