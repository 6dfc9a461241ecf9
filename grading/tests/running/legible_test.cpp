#include "running/legible.hpp"

#include <gtest/gtest.h>

namespace promissory::grading {
namespace {

TEST(Legible, KeepsTextAsItIs) {
  EXPECT_EQ(legible("tab\tline\nüß… 😀"), "tab\tline\nüß… 😀");
}

TEST(Legible, DropsWhatSteersATerminal) {
  EXPECT_EQ(legible(std::string("a\033[2Jb\r\a\0c\x7f", 11)), "a[2Jbc");
}

TEST(Legible, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(legible("\xe9t\xe9"), "\uFFFDt\uFFFD");
  EXPECT_EQ(legible("\xc0\xaf"), "\uFFFD\uFFFD");
  EXPECT_EQ(legible("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(legible("\xf5\x80\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(legible("\xe2\x82"), "\uFFFD\uFFFD");
}

TEST(Legible, CutsWhereALetterEnds) {
  EXPECT_EQ(legible("ääää", 3), "ää…");
  EXPECT_EQ(legible("abc", 3), "abc");
}

TEST(RunNoise, OfASanitizerIsTakenOut) {
  EXPECT_EQ(without_run_noise("==4711==ERROR: AddressSanitizer: SEGV on 0x7ffd12345678"),
            "ERROR: AddressSanitizer: SEGV on 0x…");
  EXPECT_EQ(without_run_noise("    #0 0x55d0c6f4a1b2 in f() /a/b.hpp:3"),
            "    #0 in f() /a/b.hpp:3");
  EXPECT_EQ(without_run_noise("    #1 f() /a/b.hpp:3 (test+0x1234) (BuildId: ab12)"),
            "    #1 f() /a/b.hpp:3 (test)");
  EXPECT_EQ(without_run_noise("WARNING: ThreadSanitizer: data race (pid=12)"),
            "WARNING: ThreadSanitizer: data race");
  EXPECT_EQ(without_run_noise("  Thread T2 (tid=815, running) created by main thread at:"),
            "  Thread T2 created by main thread at:");
}

TEST(RunNoise, OfTheSupportLibraryIsTakenOut) {
  EXPECT_EQ(without_run_noise("  3 threads (main, test 4711, test 4712) asleep in futex_wait:"),
            "  3 threads (main, test, test) asleep in futex_wait:");
  EXPECT_EQ(without_run_noise("An exception of type E left thread test 99 or a function"),
            "An exception of type E left thread test or a function");
}

TEST(RunNoise, SmallNumbersStay) {
  EXPECT_EQ(without_run_noise("Write of size 4, value 0x2a, b.hpp:31"),
            "Write of size 4, value 0x2a, b.hpp:31");
}

TEST(RunNoise, AddressesInAMessageAreAllThatIsReplaced) {
  EXPECT_EQ(without_addresses("Which is: 0x55d0c6f4a1b2 (42)"), "Which is: 0x… (42)");
}

}  // namespace
}  // namespace promissory::grading
