#include <fmt/format.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include "commands/commands.hpp"
#include "commands/learner.hpp"
#include "commands/lesson.hpp"
#include "running/file_watcher.hpp"
#include "running/process.hpp"
#include "showing/terminal.hpp"

namespace promissory::grading {
namespace {

// Single key presses, without echo, for as long as it lives; nothing at all without a terminal.
class Keys {
 public:
  Keys() : listening_(::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!listening_) return;
    termios raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  }
  Keys(const Keys&) = delete;
  Keys& operator=(const Keys&) = delete;
  ~Keys() {
    if (listening_) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }
  int descriptor() const { return listening_ ? STDIN_FILENO : -1; }
  char read() {
    char key = 0;
    if (::read(STDIN_FILENO, &key, 1) == 1) return key;
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    listening_ = false;  // the terminal is gone
    return 0;
  }

 private:
  termios before_{};
  bool listening_;
};

class Watch {
 public:
  explicit Watch(const Session& session)
      : workbook_(open_workbook(session.workbook)),
        learner_(workbook_),
        lesson_(workbook_, learner_),
        current_(lesson_.next()),
        watcher_(workbook_.root / "exercises") {}

  int run() {
    Keys keys;
    check();
    while (!interrupted()) {
      std::array<pollfd, 2> sources{pollfd{watcher_.descriptor(), POLLIN, 0},
                                    pollfd{keys.descriptor(), POLLIN, 0}};
      ::poll(sources.data(), sources.size(), static_cast<int>(watcher_.patience().count()));
      if (sources[0].revents != 0) watcher_.drain();
      if (sources[1].revents != 0 && !obey(keys.read())) break;
      if (const auto* saved = exercise_of(watcher_.changes())) {
        current_ = *saved;
        check();
      }
    }
    fmt::print("\n");
    return interrupted() ? exit_interrupted : exit_right;
  }

 private:
  // The exercise whose file was saved, the first one when there are several.
  const Exercise* exercise_of(const std::vector<std::filesystem::path>& changed) const {
    for (const auto& path : changed) {
      for (const auto& exercise : workbook_.exercises) {
        if (path.parent_path() == workbook_.starter(exercise)) return &exercise;
      }
    }
    return nullptr;
  }

  void check() {
    lesson([&] { lesson_.check(current_); });
  }

  // A complaint (a broken TOML, a full disk) is shown and the watch goes on.
  template <class Work>
  void lesson(Work work) {
    if (is_terminal()) fmt::print("\033[2J\033[H");
    try {
      work();
    } catch (const Interrupted&) {
      return;
    } catch (const std::exception& error) {
      clear_progress();
      fmt::print("promissory: {}\n", error.what());
    }
    fmt::print(
        "\n{}\n",
        paint(Colour::dim, fmt::format("watching {}   c check · h hint · g grade · n next · q quit",
                                       current_.folder)));
    std::fflush(stdout);
  }

  // @return false when the learner wants to leave
  bool obey(char key) {
    switch (key) {
      case 'c':
        check();
        break;
      case 'h':
        lesson([&] { lesson_.hint(current_); });
        break;
      case 'g':
        lesson([&] { lesson_.grade(current_); });
        break;
      case 'n':
        lesson([&] {
          current_ = lesson_.next();
          lesson_.check(current_);
        });
        break;
      case 'q':
        return false;
      default:
        break;
    }
    return true;
  }

  Workbook workbook_;
  Learner learner_;
  Lesson lesson_;
  Exercise current_;
  FileWatcher watcher_;
};

}  // namespace

void add_watch(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("watch", "Check on every save; keys for hint, grade and next");
  command->footer(
      "PROMISSORY_POLL=1 looks at the files five times a second instead of asking inotify.\n"
      "Examples:\n  promissory watch\n  PROMISSORY_POLL=1 promissory watch");
  command->callback([&] { session.chosen = [&] { return Watch(session).run(); }; });
}

}  // namespace promissory::grading
