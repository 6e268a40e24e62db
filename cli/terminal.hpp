// Messages and prompts for a person always go to standard error, so that standard output is data only.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "cli/live_line.hpp"
#include "cli/log.hpp"
#include "cli/settings.hpp"
#include "cli/trace.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/events.hpp"

namespace acctl {

// What stands before a prompt: where the answer takes effect.
struct PromptPlace {
  std::string words;  // "production, db.example/acctl"; "" for nothing
  std::string color;  // of prompt_colors()
};

class Terminal : public Listener {
 public:
  // `run`: the id of this run, which the log names.
  Terminal(const Settings& settings, const std::string& run);
  ~Terminal() override;
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void info(std::string_view message);     // not with --quiet
  void verbose(std::string_view message);  // only with --verbose
  void warn(std::string_view message);     // not with --quiet

  bool is_verbose() const { return log_.shows(Level::debug); }

  // Writes to the log file only; the caller shows the error on standard error.
  void keep(const Error& error);

  // Receives the events of the provisioning library.
  void hear(const Event& event) override;

  // A step that lasts is shown in a line with its rate and the time that it will take, which is rewritten in place, and
  // gone before anything else is written; off a terminal in plain lines now and then.
  void begins(const Step& step) override;
  void ends(const Step& step) override;

  // Whether standard input and standard error are a terminal, so that somebody can be prompted.
  bool can_ask() const;

  // Prompts on the terminal and returns if the answer is yes. Throws Error(confirmation) on no, Error(interrupted) if
  // the program is interrupted.
  void ask(const std::string& question, const PromptPlace& place = {});

  // The same, but `name` has to be typed, so that nothing else is meant.
  void ask_for(const std::string& name, const std::string& question, const PromptPlace& place = {});

  // Shows the text that a prompt is about, also with --quiet, folded for the terminal; it is escaped already.
  void show(std::string_view text);

  bool color() const { return color_; }

 private:
  void line(Level level, std::string_view message, const Fields& fields = {});
  bool draws_progress() const { return terminal_ && !dumb_ && !json_; }
  void clear_progress();
  void show_progress();  // if it is due; the caller holds the mutex
  void keep_showing_progress();
  std::string painted(const PromptPlace& place, const std::string& question) const;
  std::string read_answer();

  Log log_;
  const bool json_;
  const bool terminal_;
  bool color_;
  bool paints_errors_;  // the same of standard error
  const bool dumb_;     // a terminal without cursor movement
  bool progress_shown_ = false;
  std::string drawn_;  // the line of progress that was shown last
  LiveLine live_;
  std::unique_ptr<Trace> trace_;
  std::mutex mutex_;
  std::jthread redrawing_;  // what lasts is seen to go on; from the first progress on
};

// `word` as a shell reads it back.
std::string shell_quoted(const std::string& word);

}  // namespace acctl
