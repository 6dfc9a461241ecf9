#include "verdict/audit.hpp"

#include <gtest/gtest.h>

#include "scratch_folder.hpp"
#include "toy_files.hpp"
#include "workbook/exercise.hpp"

namespace promissory::grading {
namespace {
namespace fs = std::filesystem;

std::string finding(const std::string& text, Submitted kind = Submitted::code) {
  const ScratchFolder scratch;
  const auto file = scratch.path() / "x.hpp";
  write_file(file, text);
  const auto found = audit(file, kind);
  return found ? std::to_string(found->line) + ": " + found->what : "";
}

TEST(Audit, RefusesNoSolutionAndNoStarter) {
  int files = 0;
  const auto expect_no_finding = [&](const fs::path& file, Submitted kind) {
    const auto found = audit(file, kind);
    EXPECT_FALSE(found) << file << ":" << found->line << ": " << found->what;
    ++files;
  };
  for (const auto& folder : fs::directory_iterator(source_root() / "exercises")) {
    if (!fs::exists(folder.path() / "exercise.toml")) continue;  // the bug hunt audits its own
    const auto exercise = read_exercise(folder.path() / "exercise.toml");
    for (const auto* room : {"solutions", "exercises"}) {
      const auto submitted = source_root() / room / exercise.folder;
      if (!fs::exists(submitted)) continue;
      for (const auto& file : exercise.files) expect_no_finding(submitted / file, Submitted::code);
      expect_no_finding(submitted / "my_test.cpp", Submitted::own_test);
    }
  }
  EXPECT_GT(files, 0);
}

TEST(Audit, RefusesNothingThatALearnerMayWell) {
  for (const char* text : {
           "#ifndef PROMISE_HPP\n#define PROMISE_HPP\n#endif\n",
           "#ifndef __CELL_H__\n#define __CELL_H__\n#endif\n",
           "#pragma once\n#include <mutex>\n#include \"02-result/result.hpp\"\n",
           "#include <cstdio>\ninline void show() { std::printf(\"here\\n\"); }",
           "#include <iostream>\ninline void show() { std::cerr << \"here\"; }",
           "throw std::runtime_error(\"ERROR\");",
           "throw std::system_error(std::make_error_code(std::errc::timed_out));",
           "if (gate.open()) socket.write(1);",
           "class Door { void open(); void close(); };",
           "guard.exit(); process->kill();",
           "// _exit(0), testing::Test, #include </etc/passwd>\n",
           "/* asm, don't */ int x = 1'000;",
           "auto s = \"_exit(0) /* EXPECT_EQ */\"; char c = '\"'; char d = '\\'';",
           "enum class State { TEST, FAIL };",
           "[[nodiscard]] bool f(); [[maybe_unused]] int g; [[deprecated(\"a::b\")]] void h();",
           "template <>\nstruct std::hash<Key> {};",
           "template <> struct Codec<std::string> { static std::string encode(); };",
           "template <> std::string encode(std::string) { return {}; }",
           "template <> std::vector<std::string>* all<std::string>(std::set<int>);",
           "namespace promissory { namespace { } namespace detail { } }",
           "namespace chrono = std::chrono; using namespace std::chrono_literals;",
           "auto* raw = ::operator new(8); return operator new(9);",
           "std::vector<::promissory::Cell> cells;",
           "std::remove(list.begin(), list.end(), 3); std::abort();",
           "#if __cplusplus >= 202002L\n#endif\nstd::puts(__func__);",
           "#pragma GCC diagnostic ignored \"-Wshadow\"\n",
           "std::thread t; t.native_handle(); std::this_thread::yield();",
           "assert(error); std::terminate();",
       }) {
    EXPECT_EQ(finding(text), "") << text;
  }
}

TEST(Audit, RefusesWhatDecidesAVerdict) {
  for (const char* text : {
           "auto f = &std::_Exit;",
           "auto f = ::exit;",
           "std::set_terminate(f);",
           "asm(\"nop\");",
           "__asm__(\"nop\");",
           "__builtin_trap();",
           "testing::Test t;",
           "TEST(A, B) {}",
           "GTEST_SKIP();",
           "EXPECT_TRUE(x);",
           "[[using gnu: constructor]] void f();",
           "[[clang::no_sanitize(\"thread\")]] void f();",
           "[[nodiscard, gnu::constructor]] int f();",
           "#define int long\n",
           "#define EXPECT_EQ\n",
           "#define GTEST_H\n",
           "#undef assert\n",
           "#include HEADER\n",
           "#include\n",
           "#include <vector\\\n>\n#include <sys/mman.h>\n",
           "#include <gtest/gtest.h>\n",
           "#include \"support/uninstrumented.hpp\"\n",
           "#include \"04-once-promise/hidden_test.cpp\"\n",
           "#include \"04-once-promise/../05-future/future.hpp\"\n",
           "#include \"./x.hpp\"\n",
           "#include <04-once-promise/promise.hpp>\n",
           "#include_next <mutex>\n",
           "#import <mutex>\n",
           "# 1 \"hidden_test.cpp\"\n",
           "#embed \"x\"\n",
           "#pragma GCC system_header\n",
           "#pragma weak f = g\n",
           "_Pragma(\"weak f\")",
           "import <cstdio>;",
           "extern \"C\" int write();",
           "template <> struct std::vector<int> {};",
           "template <> class alignas(8) std::vector<std::set<int>> final {};",
           "template <> struct [[deprecated(\"x\")]] ::std::vector<int>;",
           "template <> void std::swap<int>(int&, int&) {}",
           "template <> std::string std::chrono::format<int>(int);",
           "template <> decltype(0) std::find<int>();",
           "template <> inline constexpr bool std::ranges::view<int> = true;",
           "namespace std {}",
           "namespace std::chrono {}",
           "namespace promissory { namespace support { } }",
           "void operator delete(void*) noexcept;",
           "int \\u005fexit;",
           "#ifdef __SANITIZE_ADDRESS__\n#endif\n",
           "#ifdef PROMISSORY_TSAN\n#endif\n",
           "std::ifstream in(\"x\");",
           "std::filesystem::remove(p);",
           "::open(p, 0);",
           "auto s = R\"(x)\";",
           "auto s = \"x",
       }) {
    EXPECT_NE(finding(text), "") << text;
  }
}

TEST(Audit, NamesTheLine) {
  EXPECT_EQ(finding("int x;\n/*\n*/ _exit(0);\n"),
            "3: `_exit` ends the process or the thread, or acts when it ends; no solution needs "
            "that");
}

TEST(Audit, RefusesWhatIsLargerThanAnySolution) {
  EXPECT_EQ(finding(std::string(300'000, ' ')), "1: is larger than any solution");
}

TEST(Audit, ALongLineIsNoDanger) {
  EXPECT_EQ(finding("int " + std::string(200'000, 'x') + ";"), "");
  EXPECT_NE(finding("#include <" + std::string(200'000, 'x') + ">"), "");
  EXPECT_NE(finding("#define " + std::string(200'000, 'X') + "_H"), "");
}

TEST(Audit, AnOwnTestMayTestButNotCheat) {
  const auto own = Submitted::own_test;
  EXPECT_EQ(finding("#include <gtest/gtest.h>\n#include \"support/gate.hpp\"\n"
                    "#include \"04-once-promise/promise.hpp\"\n#define TIMES 3\n"
                    "TEST(A, B) { EXPECT_EQ(1, 1); }\nauto s = R\"(x)\";",
                    own),
            "");
  EXPECT_NE(finding("std::ofstream out(\"/tmp/count\");", own), "");
  EXPECT_NE(finding("#include \"../../solutions/04/promise.hpp\"", own), "");
  EXPECT_NE(finding("auto s = R\"(\" )\"; std::getenv(\"X\");", own), "");
  EXPECT_NE(finding("TEST(A, B) { std::exit(1); }", own), "");
}

}  // namespace
}  // namespace promissory::grading
