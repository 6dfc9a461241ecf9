#include "verdict/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string_view>
#include <vector>

#include "workbook/tokens.hpp"

namespace promissory::grading {
namespace {

using Words = std::set<std::string_view>;

constexpr std::size_t largest_file = std::size_t{256} << 10;

// Each was a way to a forged pass that worked against a judge that believes what the code under
// test prints, writes or returns.
struct Ban {
  const char* why;
  Words words;
};

const std::vector<Ban>& bans() {
  static const std::vector<Ban> list{
      {"ends the process or the thread, or acts when it ends",
       {"exit", "_exit", "_Exit", "quick_exit", "at_quick_exit", "atexit", "on_exit", "daemon",
        "pthread_exit", "pthread_cancel", "thrd_exit", "longjmp", "siglongjmp", "_longjmp",
        "set_terminate", "set_new_handler", "_Fork"}},
      {"talks to the system instead of building a future",
       {"syscall",
        "fork",
        "vfork",
        "execl",
        "execle",
        "execlp",
        "execv",
        "execve",
        "execvp",
        "execvpe",
        "execveat",
        "fexecve",
        "posix_spawn",
        "posix_spawnp",
        "system",
        "popen",
        "kill",
        "killpg",
        "tgkill",
        "pthread_kill",
        "ptrace",
        "prctl",
        "sigaction",
        "setrlimit",
        "prlimit",
        "mmap",
        "mprotect",
        "dlopen",
        "dlmopen",
        "dlsym",
        "dlvsym",
        "dladdr",
        "dl_iterate_phdr",
        "getenv",
        "secure_getenv",
        "setenv",
        "putenv",
        "unsetenv",
        "environ",
        "setpgid",
        "setsid",

        "process_vm_readv",
        "process_vm_writev"}},
      {"reads or writes files", {"fopen",         "fopen64",        "fdopen",
                                 "freopen",       "tmpfile",        "openat",
                                 "creat",         "ifstream",       "ofstream",
                                 "fstream",       "wifstream",      "wofstream",
                                 "wfstream",      "basic_ifstream", "basic_ofstream",
                                 "basic_fstream", "filebuf",        "wfilebuf",
                                 "basic_filebuf", "stdio_filebuf",  "stdio_sync_filebuf",
                                 "filesystem",    "opendir",        "memfd_create",
                                 "O_RDONLY",      "O_WRONLY",       "O_RDWR",
                                 "fclose",        "dup2",           "dup3",
                                 "writev",        "pwrite",         "dprintf",
                                 "vdprintf"}},
      {"is assembly", {"asm"}},
  };
  return list;
}

// Of the names that belong to the compiler these are harmless.
const Words harmless_reserved{
    "__cplusplus",         "__func__", "__FUNCTION__", "__LINE__",    "__COUNTER__",
    "__PRETTY_FUNCTION__", "__GNUC__", "__clang__",    "__GLIBCXX__", "__has_cpp_attribute"};

// Words of GoogleTest that are ordinary ones unless they are called.
const Words gtest_calls{"TEST",           "TEST_F",      "TEST_P",      "TYPED_TEST",
                        "FAIL",           "SUCCEED",     "ADD_FAILURE", "RUN_ALL_TESTS",
                        "ADD_FAILURE_AT", "SCOPED_TRACE"};

// The standard headers that open no way to files, signals or the command line.
const Words standard_headers{"algorithm",
                             "any",
                             "array",
                             "atomic",
                             "barrier",
                             "bit",
                             "bitset",
                             "cassert",
                             "cctype",
                             "cerrno",
                             "cfloat",
                             "charconv",
                             "chrono",
                             "cinttypes",
                             "climits",
                             "cmath",
                             "compare",
                             "complex",
                             "concepts",
                             "condition_variable",
                             "coroutine",
                             "cstddef",
                             "cstdint",
                             "cstdio",
                             "cstdlib",
                             "cstring",
                             "ctime",
                             "deque",
                             "exception",
                             "execution",
                             "forward_list",
                             "functional",
                             "future",
                             "initializer_list",
                             "iomanip",
                             "ios",
                             "iosfwd",
                             "iostream",
                             "istream",
                             "iterator",
                             "latch",
                             "limits",
                             "list",
                             "locale",
                             "map",
                             "memory",
                             "memory_resource",
                             "mutex",
                             "new",
                             "numbers",
                             "numeric",
                             "optional",
                             "ostream",
                             "queue",
                             "random",
                             "ranges",
                             "ratio",
                             "regex",
                             "scoped_allocator",
                             "semaphore",
                             "set",
                             "shared_mutex",
                             "source_location",
                             "span",
                             "sstream",
                             "stack",
                             "stdexcept",
                             "stop_token",
                             "streambuf",
                             "string",
                             "string_view",
                             "syncstream",
                             "system_error",
                             "thread",
                             "tuple",
                             "type_traits",
                             "typeindex",
                             "typeinfo",
                             "unordered_map",
                             "unordered_set",
                             "utility",
                             "valarray",
                             "variant",
                             "vector",
                             "version",
                             "assert.h",
                             "ctype.h",
                             "errno.h",
                             "float.h",
                             "inttypes.h",
                             "limits.h",
                             "math.h",
                             "pthread.h",
                             "sched.h",
                             "stdbool.h",
                             "stddef.h",
                             "stdint.h",
                             "stdio.h",
                             "stdlib.h",
                             "string.h",
                             "time.h",
                             "wchar.h",
                             "cwchar"};

const Words headers_of_own_tests{"gtest/gtest.h", "gmock/gmock.h"};

const Words specialised_for_own_types{"hash",        "tuple_size",        "tuple_element",
                                      "common_type", "coroutine_traits",  "formatter",
                                      "less",        "is_error_code_enum"};

const Words plain_directives{"if", "ifdef", "ifndef", "elif", "else", "endif", "error", "warning"};

class Auditor {
 public:
  Auditor(const std::vector<Token>& tokens, Submitted kind) : tokens_(tokens), kind_(kind) {}

  // What is wrong with the tokens from `at` on; empty when nothing is.
  std::string judge(std::size_t at) const {
    const auto& token = tokens_[at];
    if (token.is("#") && token.begins_line) return directive(at);
    if (token.kind == Token::Kind::word) return word(at);
    if (kind_ == Submitted::own_test) return "";
    if (token.is("##")) return say("##", "makes words that cannot be read here");
    if (token.is("\\")) return say("\\", "spells a letter by its number");
    if (token.is("[") && next(at).is("[")) return attribute(at + 2);
    return "";
  }

 private:
  static std::string say(std::string_view what, std::string_view why) {
    return fmt::format("`{}` {}; no solution needs that", what, why);
  }

  const Token& next(std::size_t at, std::size_t steps = 1) const {
    return at + steps < tokens_.size() ? tokens_[at + steps] : nothing_;
  }
  const Token& before(std::size_t at, std::size_t steps = 1) const {
    return at >= steps ? tokens_[at - steps] : nothing_;
  }
  bool ends_line(std::size_t at) const {
    return at + 1 >= tokens_.size() || tokens_[at + 1].begins_line;
  }

  std::string word(std::size_t at) const {
    const auto& text = tokens_[at].text;
    const bool is_member = before(at).is(".") || before(at).is("->");
    for (const auto& ban : bans()) {
      if (!is_member && ban.words.contains(text)) return say(text, ban.why);
    }
    // The name alone is a member's as often as not.
    static const Words calls{"open", "read",    "write",  "close", "unlink", "remove", "rename",
                             "link", "symlink", "access", "dup",   "pipe",   "raise",  "signal"};
    const bool is_global =
        before(at).is("::") && before(at, 2).kind != Token::Kind::word && !before(at, 2).is(">");
    if (is_global && calls.contains(text)) return say("::" + text, "talks to the system");
    if (kind_ == Submitted::own_test) return "";
    if (text == "testing" || text.starts_with("GTEST_") || text.starts_with("EXPECT_") ||
        text.starts_with("ASSERT_") || (gtest_calls.contains(text) && next(at).is("("))) {
      return say(text, "talks to GoogleTest");
    }
    if (text.starts_with("__") && !harmless_reserved.contains(text) && !is_guard(at)) {
      return say(text, "belongs to the compiler and its sanitizers");
    }
    if ((text == "explorer" || text == "exploring") && !is_member) {
      return say(text, "tells whether the schedule explorer is there");
    }
    if (text == "_Pragma") return say(text, "talks to the compiler");
    if (text.starts_with("PROMISSORY_")) return say(text, "belongs to the tests");
    if (text == "extern" && next(at).kind == Token::Kind::string) {
      return say("extern " + next(at).text, "can stand in for a function of the system");
    }
    if (text == "main" && next(at).is("(") && before(at).kind == Token::Kind::word) {
      return say("main", "belongs to the tests");
    }
    if (text == "import" && tokens_[at].begins_line) return say("import", "reads other files");
    if (text == "namespace") return opened_namespace(at);
    if (text == "template") return specialisation(at);
    if (text == "operator" && (next(at).is("new") || next(at).is("delete"))) {
      const auto& type = before(at);
      const bool is_declared =
          type.is("*") || (type.kind == Token::Kind::word && !type.is("return"));
      if (is_declared) {
        return say("operator " + next(at).text, "replaces what the leak checkers watch");
      }
    }
    return "";
  }

  // `namespace std {` and `namespace promissory::support {` would add to what the tests call.
  std::string opened_namespace(std::size_t at) const {
    std::vector<std::string> path;
    for (++at; at < tokens_.size(); ++at) {
      if (tokens_[at].is("{")) break;
      if (tokens_[at].kind == Token::Kind::word) {
        path.push_back(tokens_[at].text);
      } else if (!tokens_[at].is("::")) {
        return "";  // an alias, or using namespace
      }
    }
    if (path.empty()) return "";
    if (path.front() == "std" || std::ranges::count(path, "support") > 0) {
      return say("namespace " + fmt::format("{}", fmt::join(path, "::")),
                 "is not the exercise's to add to");
    }
    return "";
  }

  // `template <> struct std::vector<int>` would be taken by the tests too. Not so
  // `template <> struct Codec<std::string>`, or `template <> std::string encode(int)`.
  std::string specialisation(std::size_t at) const {
    if (!next(at).is("<") || !next(at, 2).is(">")) return "";
    for (std::size_t i = at + 3; i + 2 < tokens_.size(); ++i) {
      const auto& token = tokens_[i];
      if (token.is("{") || token.is(";")) return "";
      if (token.is("(") && !before(i).is("alignas") && !before(i).is("decltype")) return "";
      if (token.is("(") || token.is("[") || token.is("<")) i = matching(i);
      if (!token.is("std") || !next(i).is("::")) continue;
      std::string name = next(i, 2).text;
      i += 2;
      for (; next(i).is("::"); i += 2) name = next(i, 2).text;
      if (next(i).is("<")) i = matching(i + 1);
      const auto& after = next(i);
      const bool is_type =
          (after.kind == Token::Kind::word && !after.is("final")) || after.is("&") || after.is("*");
      if (!is_type && !specialised_for_own_types.contains(name)) {
        return say("template <> std::" + name, "changes the standard library for the tests");
      }
    }
    return "";
  }

  // Where what opens at `at` closes; the last token when it never does.
  std::size_t matching(std::size_t at) const {
    const auto& open = tokens_[at].text;
    const auto* close = open == "(" ? ")" : open == "[" ? "]" : ">";
    int depth = 0;
    for (; at + 1 < tokens_.size(); ++at) {
      if (tokens_[at].text == open) ++depth;
      if (tokens_[at].is(close) && --depth == 0) break;
    }
    return at;
  }

  std::string attribute(std::size_t at) const {
    for (; at < tokens_.size() && !tokens_[at].is("]"); ++at) {
      const bool foreign = tokens_[at].kind == Token::Kind::word && next(at).is("::") &&
                           !before(at).is("::") && !before(at).is("(");
      if (tokens_[at].is("using") || foreign) {
        return say("[[" + tokens_[at].text, "changes how the compiler treats code");
      }
    }
    return "";
  }

  std::string directive(std::size_t at) const {
    if (ends_line(at)) return "";
    const auto& name = next(at).text;
    if (name == "include") return include(at + 2);
    if (kind_ == Submitted::own_test && (name == "define" || name == "undef")) return "";
    if (name == "pragma") {
      const auto& what = next(at, 2).text;
      const bool harmless =
          what == "once" || ((what == "GCC" || what == "clang") && next(at, 3).is("diagnostic"));
      return harmless ? "" : say("#pragma " + what, "talks to the compiler");
    }
    if (name == "define") {
      // An include guard has no text of its own and changes no word that a test could use.
      return is_guard(at + 2) && ends_line(at + 2)
                 ? ""
                 : say("#define " + next(at, 2).text, "would rewrite the tests as well");
    }
    return plain_directives.contains(name) ? "" : say("#" + name, "changes how files are read");
  }

  bool is_guard(std::size_t at) const {
    static const std::regex guard("[A-Z0-9_]{1,100}_(H|HPP|INCLUDED)_*");
    return std::regex_match(next(at, 0).text, guard) && !next(at, 0).text.starts_with("GTEST_");
  }

  std::string include(std::size_t at) const {
    const auto& header = next(at, 0);
    if (header.kind != Token::Kind::header || header.begins_line) {
      return say("#include " + header.text, "does not say which file");
    }
    const auto name = header.text.substr(1, header.text.size() - 2);
    if (standard_headers.contains(name)) return "";
    if (kind_ == Submitted::own_test && headers_of_own_tests.contains(name)) return "";
    // An exercise's header, by the path that all of them use; of the support only what a starter
    // needs, for the rest of it can mute a sanitizer.
    static const std::regex exercise(R"(([a-z0-9]+(-[a-z0-9]+)*/){0,2}[a-z0-9_]+\.(h|hpp))");
    if (name.starts_with("explorer/") && kind_ == Submitted::code) {
      return say("#include " + header.text, "tells whether the schedule explorer is there");
    }
    const bool is_support = name.starts_with("support/");
    const bool may_support = kind_ == Submitted::own_test || name == "support/todo.hpp";
    if (name.size() < 100 && std::regex_match(name, exercise) && (!is_support || may_support) &&
        header.text.front() == '"' && !name.starts_with("gtest")) {
      return "";
    }
    return say("#include " + header.text, "opens a way to files or to the system");
  }

  const std::vector<Token>& tokens_;
  Submitted kind_;
  Token nothing_{Token::Kind::mark, "", 0, true};
};

}  // namespace

std::optional<Finding> audit(const std::filesystem::path& file, Submitted kind) {
  std::ifstream in(file, std::ios::binary);
  std::string text(largest_file + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > largest_file) {
    return Finding{file.string(), 1, "is larger than any solution"};
  }
  const auto tokens = tokens_of(text);
  const Auditor auditor(tokens.list, kind);
  for (std::size_t i = 0; i < tokens.list.size(); ++i) {
    if (auto what = auditor.judge(i); !what.empty()) {
      return Finding{file.string(), tokens.list[i].line, std::move(what)};
    }
  }
  if (tokens.unreadable) {
    return Finding{file.string(), *tokens.unreadable, "a literal has no end"};
  }
  if (tokens.raw_string && kind == Submitted::code) {
    return Finding{file.string(), *tokens.raw_string,
                   "a raw string can hide code from a reader; no solution needs one"};
  }
  return std::nullopt;
}

}  // namespace promissory::grading
