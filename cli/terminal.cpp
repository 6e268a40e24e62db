#include "cli/terminal.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>

#include "provisioning/model/error.hpp"
#include "provisioning/model/text.hpp"

namespace acctl {

Terminal::Terminal(const Settings& settings)
    :  // With -o json standard error holds one object at most, that of an error.
      quiet_(settings.quiet || settings.output == "json"),
      verbose_(settings.verbose),
      yes_(settings.yes),
      json_(settings.log_format == "json"),
      terminal_(isatty(STDERR_FILENO) != 0) {
  const char* no_color = std::getenv("NO_COLOR");
  color_ = isatty(STDOUT_FILENO) != 0 && !settings.no_color && (no_color == nullptr || *no_color == '\0');
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
  if (!terminal_ || json_) {
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

void Terminal::confirm(const std::string& question, const std::string& command) {
  if (yes_) return;
  if (isatty(STDIN_FILENO) == 0 || !terminal_) {
    throw Error(ErrorKind::confirmation, question + " This needs a yes, and there is no terminal to ask on.",
                "Run: " + command + " --yes");
  }
  {
    const std::lock_guard lock(mutex_);
    clear_progress();
    std::fprintf(stderr, "%s [y/N] ", escaped(question).c_str());
    std::fflush(stderr);
  }
  std::string answer;
  std::getline(std::cin, answer);
  if (answer != "y" && answer != "Y" && answer != "yes") {
    throw Error(ErrorKind::refused, "not confirmed; nothing was changed");
  }
}

std::string shell_quoted(const std::string& word) {
  constexpr std::string_view harmless = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-";
  if (!word.empty() && word.find_first_not_of(harmless) == std::string::npos) return word;
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
