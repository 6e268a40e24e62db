#include "cli/terminal.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "provisioning/model/error.hpp"
#include "provisioning/model/files.hpp"
#include "provisioning/model/text.hpp"

namespace acctl {

Terminal::Terminal(const Settings& settings)
    :  // With -o json standard error holds one object at most, that of an error.
      quiet_(settings.quiet || settings.output == "json"),
      verbose_(settings.verbose),
      json_(settings.log_format == "json"),
      terminal_(isatty(STDERR_FILENO) != 0) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* type = std::getenv("TERM");
  dumb_ = type == nullptr || *type == '\0' || std::string_view(type) == "dumb";
  color_ = isatty(STDOUT_FILENO) != 0 && !dumb_ && !settings.no_color && (no_color == nullptr || *no_color == '\0');
}

void Terminal::line(std::string_view level, std::string_view message) {
  const std::lock_guard lock(mutex_);
  clear_progress();
  std::string text;
  if (json_) {
    nlohmann::ordered_json entry = {{"level", level}, {"message", message}};
    text = entry.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
  } else {
    text = (level == "warning" ? "warning: " : "") + escaped(message);
  }
  std::fprintf(stderr, "%s\n", text.c_str());
}

void Terminal::clear_progress() {
  if (progress_shown_) std::fputs("\r\x1b[K", stderr);
  progress_shown_ = false;
}

void Terminal::info(std::string_view message) {
  if (!quiet_) line("info", message);
}

void Terminal::verbose(std::string_view message) {
  if (verbose_) line("debug", message);
}

void Terminal::warn(std::string_view message) {
  if (!quiet_) line("warning", message);
}

void Terminal::progress(std::string_view message) {
  if (quiet_) return;
  if (!terminal_ || dumb_ || json_) {
    const long now =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
            .count();
    {
      const std::lock_guard lock(mutex_);
      if (last_progress_ != 0 && now - last_progress_ < 1000) return;
      last_progress_ = now;
    }
    line("info", message);
    return;
  }
  const std::lock_guard lock(mutex_);
  std::fprintf(stderr, "\r\x1b[K%s", escaped(message).c_str());
  std::fflush(stderr);
  progress_shown_ = true;
}

bool Terminal::can_ask() const { return terminal_ && isatty(STDIN_FILENO) != 0; }

void Terminal::show(std::string_view text) {
  const std::lock_guard lock(mutex_);
  clear_progress();
  std::fwrite(text.data(), 1, text.size(), stderr);
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

void Terminal::ask(const std::string& question) {
  show(escaped(question) + " [y/N] ");
  const std::string answer = read_line_of_input();
  if (answer != "y" && answer != "Y" && answer != "yes") not_confirmed();
}

void Terminal::ask_for(const std::string& name, const std::string& question) {
  show(escaped(question) + " Type " + escaped(name) + " to confirm: ");
  if (read_line_of_input() != name) not_confirmed();
}

std::string shell_quoted(const std::string& word) {
  constexpr std::string_view harmless = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-";
  if (!word.empty() && word.find_first_not_of(harmless) == std::string::npos) return word;
  if (escaped(word) != word) return quoted_by_bytes(word);
  std::string quoted = "'";
  for (char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace acctl
