#include "cli/progress.hpp"

#include <algorithm>
#include <cstdio>

#include "provisioning/base/width.hpp"

namespace acctl {

namespace {

constexpr std::size_t widest_bar = 24;
constexpr std::size_t narrowest_bar = 8;

// "9s", "3m 20s", "1h 5m"
std::string time_words(std::size_t seconds) {
  if (seconds < 60) return std::to_string(seconds) + "s";
  if (seconds < 3600) return std::to_string(seconds / 60) + "m " + std::to_string(seconds % 60) + "s";
  return std::to_string(seconds / 3600) + "h " + std::to_string(seconds % 3600 / 60) + "m";
}

std::string rate_words(double rate) {
  char text[32];
  std::snprintf(text, sizeof text, rate < 10 ? "%.1f/s" : "%.0f/s", rate);
  return text;
}

}  // namespace

std::string progress_words(const Progress& progress) {
  std::string words = progress.doing;
  if (progress.all == 1 && progress.what.ends_with('s')) {  // nothing to count
    words += (words.empty() ? "1 " : " 1 ") + progress.what.substr(0, progress.what.size() - 1);
  } else if (!progress.what.empty()) {
    words += (words.empty() ? "" : " ") + std::to_string(progress.done);
    if (progress.all > 0) words += " of " + std::to_string(progress.all);
    words += " " + progress.what;
  }
  const double seconds = std::chrono::duration<double>(progress.elapsed).count();
  if (seconds < 1) return words;
  if (progress.done == 0) return words + ", " + time_words(static_cast<std::size_t>(seconds)) + " so far";
  const double rate = static_cast<double>(progress.done) / seconds;
  words += ", " + rate_words(rate);
  if (progress.all <= progress.done) return words;
  return words + ", " +
         time_words(static_cast<std::size_t>(static_cast<double>(progress.all - progress.done) / rate + 0.5)) + " left";
}

std::string progress_bar(const Progress& progress, std::size_t columns) {
  const std::string words = progress_words(progress);
  const std::size_t room = columns > words.size() + 3 ? columns - words.size() - 3 : 0;
  const std::size_t width = std::min(room, widest_bar);
  if (progress.all <= 1 || width < narrowest_bar) return cut_to_width(words, std::max<std::size_t>(columns, 1));
  const std::size_t full = width * std::min(progress.done, progress.all) / progress.all;
  return "[" + std::string(full, '#') + std::string(width - full, '.') + "] " + words;
}

}  // namespace acctl
