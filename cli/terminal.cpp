#include "cli/terminal.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "cli/output.hpp"
#include "cli/pager.hpp"
#include "cli/report.hpp"
#include "cli/table.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

constexpr std::chrono::milliseconds redrawn_each{250};

}  // namespace

Terminal::Terminal(const Settings& settings, const std::string& run)
    : log_(settings, run),
      json_(settings.log_format == "json"),
      terminal_(isatty(STDERR_FILENO) != 0),
      dumb_(is_dumb_terminal()),
      live_(draws_progress(), std::chrono::steady_clock::now()) {
  const char* no_color = std::getenv("NO_COLOR");
  const bool paints = !dumb_ && !settings.no_color && (no_color == nullptr || *no_color == '\0');
  color_ = isatty(STDOUT_FILENO) != 0 && paints;
  paints_errors_ = terminal_ && paints;
  if (!settings.trace.empty()) trace_ = std::make_unique<Trace>(settings.trace);
  before_writing([this] {
    const std::lock_guard lock(mutex_);
    clear_progress();
    if (isatty(STDOUT_FILENO) != 0) live_.hush();  // what is written may end within a line
  });
  const bool wants_details = log_.keeps() || log_.shows(Level::debug) || trace_;
  listen(this, wants_details ? Interest::details : Interest::warnings);
}

Terminal::~Terminal() {
  redrawing_ = {};
  listen(nullptr, Interest::warnings);
  before_writing(nullptr);
  clear_progress();  // an error that ends the run is shown on a line of its own
  try {
    if (trace_) trace_->write();
  } catch (const Error& error) {
    log_.say(Level::warning, std::string("no trace is written: ") + error.what(), {});
  }
}

void Terminal::line(Level level, std::string_view message, const Fields& fields) {
  const std::lock_guard lock(mutex_);
  if (log_.shows(level)) clear_progress();
  log_.say(level, message, fields, error_columns());
}

void Terminal::clear_progress() {
  if (progress_shown_) {
    std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
  }
  progress_shown_ = false;
}

void Terminal::info(std::string_view message) { line(Level::info, message); }

void Terminal::verbose(std::string_view message) { line(Level::debug, message); }

void Terminal::warn(std::string_view message) { line(Level::warning, message); }

void Terminal::keep(const Error& error) {
  Fields fields;
  for (const Diagnostic& diagnostic : error.diagnostics())
    fields.emplace_back("diagnostic", diagnostic_words(diagnostic));
  if (!error.hint().empty()) fields.emplace_back("hint", error.hint());
  log_.keep(Level::error, error.what(), fields);
}

void Terminal::hear(const Event& event) {
  if (trace_) trace_->add(event);
  if (event.text.empty()) return;  // a span
  line(event.weight == Event::Weight::warning ? Level::warning : Level::debug, event.text, event.fields);
}

void Terminal::show_progress() {
  const std::optional<std::string> words = live_.due(LiveLine::Clock::now(), error_columns() - 1);
  if (!words) return;
  if (!draws_progress()) return log_.say(Level::info, *words, {});
  if (progress_shown_ && *words == drawn_) return;
  std::fprintf(stderr, "\r\x1b[K%s", escaped(*words).c_str());
  std::fflush(stderr);
  progress_shown_ = true;
  drawn_ = *words;
}

// The signals that interrupt are for the other threads: what they wait for has to end.
void Terminal::keep_showing_progress() {
  if (redrawing_.joinable()) return;
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  redrawing_ = std::jthread([this](const std::stop_token& stop) {
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      stopped.wait_for(lock, stop, redrawn_each, [] { return false; });
      if (!stop.stop_requested()) show_progress();
    }
  });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void Terminal::begins(const Step& step) {
  if (!log_.shows(Level::info)) return;
  const std::lock_guard lock(mutex_);
  live_.begin(step, LiveLine::Clock::now());
  keep_showing_progress();
}

void Terminal::ends(const Step& step) {
  const std::lock_guard lock(mutex_);
  live_.end(step);
}

bool Terminal::can_ask() const { return terminal_ && isatty(STDIN_FILENO) != 0; }

void Terminal::show(std::string_view text) {
  const std::lock_guard lock(mutex_);
  clear_progress();
  live_.hush();
  const std::string fitting = folded(std::string(text), 4, error_columns());
  std::fwrite(fitting.data(), 1, fitting.size(), stderr);
}

namespace {

[[noreturn]] void not_confirmed() { throw Error(ErrorKind::confirmation, "not confirmed; nothing was changed"); }

// As $'…', which every character survives: what is pasted has to be what was meant.
std::string quoted_by_bytes(const std::string& word) {
  std::string quoted = "$'";
  for (const char c : word) {
    char number[8];
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\'' || c == '\\') {
      quoted += std::string("\\") + c;
    } else if (byte < 0x20 || byte >= 0x7f) {
      std::snprintf(number, sizeof number, "\\x%02x", byte);
      quoted += number;
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace

// The place, then the question. Colors are numbered as by terminals, from red.
std::string Terminal::painted(const PromptPlace& place, const std::string& question) const {
  constexpr std::array<std::string_view, 6> names = {"red", "green", "yellow", "blue", "magenta", "cyan"};
  const std::string words = place.words.empty() ? "" : "[" + escaped(place.words) + "]";
  const std::string whole = words + (words.empty() ? "" : " ") + question;
  // Line breaks take the place of blanks, so that the words are as long as before.
  const std::string text = (terminal_ ? wrapped(whole, 0, error_columns()) : whole) + " ";
  const auto name = std::ranges::find(names, place.color);
  if (!paints_errors_ || words.empty() || name == names.end()) return text;
  return "\x1b[1;" + std::to_string(31 + (name - names.begin())) + "m" + text.substr(0, words.size()) + "\x1b[0m" +
         text.substr(words.size());
}

// For Ctrl-C and the end of the input the terminal shows no line break: what is said next would stand behind the
// question.
std::string Terminal::read_answer() {
  std::string answer;
  try {
    answer = read_line_of_input();
  } catch (const Error&) {
    show("\n");
    throw;
  }
  if (answer.ends_with('\n')) {
    answer.pop_back();
  } else {
    show("\n");
  }
  return answer;
}

void Terminal::ask(const std::string& question, const PromptPlace& place) {
  show(painted(place, escaped(question) + " [y/N]"));
  const std::string answer = read_answer();
  if (answer != "y" && answer != "Y" && answer != "yes") not_confirmed();
}

void Terminal::ask_for(const std::string& name, const std::string& question, const PromptPlace& place) {
  show(painted(place, escaped(question) + " Type " + escaped(name) + " to confirm:"));
  if (read_answer() != name) not_confirmed();
}

std::string shell_quoted(const std::string& word) {
  constexpr std::string_view harmless = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-";
  if (!word.empty() && word.find_first_not_of(harmless) == std::string::npos) return word;
  if (escaped(word) != word) return quoted_by_bytes(word);
  return "'" + with_spellings(word, {{'\'', "'\\''"}}) + "'";
}

}  // namespace acctl
