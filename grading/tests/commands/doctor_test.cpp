#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "scratch_folder.hpp"
#include "toy_workbook.hpp"

namespace promissory::grading {
namespace {
namespace fs = std::filesystem;

TEST(DoctorCommand, EveryInstrumentHereSeesItsFault) {
  ToyWorkbook workbook("doctor");
  workbook.add("01", "cell");
  const auto finished = workbook.tool({"doctor"});
  EXPECT_EQ(finished.exit_code, 0) << finished.out;
  for (const std::string instrument : {"ThreadSanitizer", "AddressSanitizer", "LeakSanitizer"}) {
    EXPECT_NE(finished.out.find(instrument + " starts and sees a fault"), std::string::npos)
        << finished.out;
  }
}

// It says so, and finds nothing else wrong for it.
TEST(DoctorCommand, ALibraryOfOneExerciseMayBeMissing) {
  ToyWorkbook workbook("doctor");
  workbook.add("01", "cell");
  replace_in(workbook.exercises("01-cell") / "exercise.toml", "files = [",
             "libraries = [\"no-such-library\"]\nfiles = [");
  const auto finished = workbook.tool({"doctor"});
  EXPECT_EQ(finished.exit_code, 0) << finished.out;
  EXPECT_NE(finished.out.find("! exercise 01 cannot be judged: the library no-such-library is not "
                              "installed here"),
            std::string::npos)
      << finished.out;
}

/// A machine whose g++ makes programs that print `line` and see nothing.
class DoctorOnAnIllMachine : public testing::Test {
 protected:
  DoctorOnAnIllMachine() { workbook_.add("01", "cell"); }

  std::string examine(const std::string& line) {
    const auto compiler = folder_.path() / "g++";
    std::ofstream(compiler) << "#!/bin/sh\n"
                               "if [ \"$1\" = --version ]; then echo 'g++ 12'; exit; fi\n"
                               "for last; do :; done\n"
                               "printf '#!/bin/sh\\necho \""
                            << line << "\" >&2\\n' >\"$last\"\nchmod +x \"$last\"\n";
    fs::permissions(compiler, fs::perms::owner_all);
    auto command = workbook_.command({"doctor"});
    command.environment.push_back("PATH=" + folder_.path().string() + ":" + std::getenv("PATH"));
    const auto finished = run(command);
    EXPECT_EQ(finished.exit_code, 1) << finished.out;
    return finished.out;
  }

 private:
  ScratchFolder folder_;
  ToyWorkbook workbook_{"doctor"};
};

TEST_F(DoctorOnAnIllMachine, AnUnexpectedMemoryMappingIsExplained) {
  const auto said = examine("FATAL: ThreadSanitizer: unexpected memory mapping 0x5555");
  EXPECT_NE(said.find("setarch -R"), std::string::npos) << said;
  EXPECT_NE(said.find("vm.mmap_rnd_bits=28"), std::string::npos) << said;
}

TEST_F(DoctorOnAnIllMachine, DeniedPtraceIsExplained) {
  const auto said = examine("LeakSanitizer has encountered a fatal error");
  EXPECT_NE(said.find("needs ptrace"), std::string::npos) << said;
  EXPECT_NE(said.find("SYS_PTRACE"), std::string::npos) << said;
}

TEST_F(DoctorOnAnIllMachine, AnInstrumentThatSeesNothingIsNotTrusted) {
  const auto said = examine("all is well");
  EXPECT_NE(said.find("ThreadSanitizer did not report a fault that is there"), std::string::npos)
      << said;
  EXPECT_NE(said.find("Something that a verdict needs is missing."), std::string::npos) << said;
}

}  // namespace
}  // namespace promissory::grading
