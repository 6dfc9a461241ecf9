#include "commands/commands.hpp"
namespace promissory::grading {
void add_handout(CLI::App&, Session&) {}
}  // namespace promissory::grading
