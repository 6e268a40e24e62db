#include "commands/reports/github_actions.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "commands/reports/change_text.hpp"
#include "provisioning/base/events.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

// As the runner reads it back; in properties also what parts them.
std::string encoded(const std::string& text, bool property) {
  const std::string plain = with_spellings(text, {{'%', "%25"}, {'\r', "%0D"}, {'\n', "%0A"}});
  return property ? with_spellings(plain, {{':', "%3A"}, {',', "%2C"}}) : plain;
}

std::string sentences(const std::vector<std::string>& failures) {
  std::string text;
  for (const std::string& failure : failures) text += (text.empty() ? "" : "; ") + failure;
  return escaped(text);
}

// "::notice file=roles.yaml,line=12::message"; `level`: notice, warning or error.
std::string github_command(const std::string& level, const GithubProperties& properties, const std::string& message) {
  std::string line = "::" + level;
  for (const auto& [name, value] : properties) {
    line += (&name == &properties.front().first ? " " : ",") + name + "=" + encoded(value, true);
  }
  return line + "::" + encoded(message, false) + "\n";
}

// `checks` in one of these formats; `summary` is a sentence about all.
std::string checks_text(const std::string& command, const std::vector<Check>& checks, const std::string& summary,
                        OutputFormat format) {
  if (format == OutputFormat::junit) {
    JunitSuite suite(command);
    for (const Check& check : checks) {
      const bool failed = !check.failures.empty();
      suite.add(escaped(check.name), failed ? JunitSuite::Outcome::failed : JunitSuite::Outcome::passed,
                failed ? junit_failure("failed", sentences(check.failures), escaped(format_source(check.place))) : "");
    }
    return suite.text();
  }
  GithubAnnotations annotations;
  for (const Check& check : checks) {
    if (check.failures.empty()) continue;
    GithubProperties properties = github_place(check.place);
    properties.emplace_back("title", escaped(check.name));
    annotations.add("error", properties, sentences(check.failures));
  }
  return annotations.text("acctl " + command, escaped(summary));
}

}  // namespace

void GithubAnnotations::add(const std::string& level, const GithubProperties& properties, const std::string& message) {
  lines_[level].push_back(github_command(level, properties, message));
}

std::string GithubAnnotations::text(const std::string& title, const std::string& summary) const {
  constexpr std::size_t most = 10;
  const auto count = [&](const char* level) {
    const auto lines = lines_.find(level);
    return lines == lines_.end() ? 0 : lines->second.size();
  };
  // Two notices are its own: the summary, and the one that counts.
  const bool too_many = count("error") > most || count("warning") > most || count("notice") > most - 1;
  std::string text;
  std::string left_out;
  for (const char* level : {"error", "warning", "notice"}) {
    const auto lines = lines_.find(level);
    if (lines == lines_.end()) continue;
    const std::size_t room = level == std::string_view("notice") ? most - 1 - (too_many ? 1 : 0) : most;
    const std::size_t shown = std::min(lines->second.size(), room);
    for (std::size_t i = 0; i < shown; ++i) text += lines->second[i];
    if (lines->second.size() > shown)
      left_out += (left_out.empty() ? "" : ", ") + counted(lines->second.size() - shown, "more " + std::string(level));
  }
  if (!left_out.empty())
    text += github_command("notice", {{"title", title}}, left_out + ", not shown here; -o json has everything");
  return text + github_command("notice", {{"title", title}}, summary);
}

GithubProperties github_place(const Place& place) {
  if (place.line <= 0) return {};
  GithubProperties properties = {{"file", escaped(place.file)}, {"line", std::to_string(place.line)}};
  if (place.column > 0) properties.emplace_back("col", std::to_string(place.column));
  return properties;
}

std::string junit_text(const std::string& text) {
  std::string out =
      with_spellings(text, {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&apos;"}});
  // Escaped text holds no control characters, and these two are none but forbidden too.
  for (const auto& [character, word] : {std::pair("\xEF\xBF\xBE", "\\u{fffe}"), {"\xEF\xBF\xBF", "\\u{ffff}"}}) {
    for (std::size_t at = 0; (at = out.find(character, at)) != std::string::npos;) out.replace(at, 3, word);
  }
  return out;
}

std::string junit_failure(const std::string& type, const std::string& message, const std::string& text) {
  return "      <failure type=\"" + type + "\" message=\"" + junit_text(message) + "\">" + junit_text(text) +
         "</failure>\n";
}

void JunitSuite::add(const std::string& name, Outcome outcome, const std::string& content) {
  cases_ += "    <testcase classname=\"acctl." + command_ + "\" name=\"" + junit_text(name) + "\"" +
            (content.empty() ? "/>\n" : ">\n" + content + "    </testcase>\n");
  ++tests_;
  failures_ += outcome == Outcome::failed ? 1 : 0;
  skipped_ += outcome == Outcome::skipped ? 1 : 0;
}

std::string JunitSuite::text() const {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"acctl " + command_ +
         "\" tests=\"" + std::to_string(tests_) + "\" failures=\"" + std::to_string(failures_) + "\" skipped=\"" +
         std::to_string(skipped_) + "\" errors=\"0\">\n" + cases_ +
         (said_.empty() ? "" : "    <system-out>" + junit_text(said_) + "</system-out>\n") +
         "  </testsuite>\n</testsuites>\n";
}

const std::vector<std::string>& check_formats() {
  static const std::vector<std::string> formats = {"github", "junit"};
  return formats;
}

void append_step_summary(const std::string& markdown) {
  const char* path = std::getenv("GITHUB_STEP_SUMMARY");
  if (path == nullptr || *path == '\0') return;
  std::ofstream file(path, std::ios::binary | std::ios::app);
  file << markdown << "\n" << std::flush;
  if (!file)
    tell({.weight = Event::Weight::warning, .text = "the step summary " + std::string(path) + " cannot be written"});
}

void write_checks(const std::string& command, const std::vector<Check>& checks, const std::string& summary,
                  OutputFormat format) {
  write_text(checks_text(command, checks, summary, format));
  flush_output();
  if (format != OutputFormat::github) return;
  constexpr std::size_t most = 100;
  std::string markdown = "### acctl " + command + ": " + escaped(summary) + "\n\n";
  std::size_t failed = 0;
  for (const Check& check : checks) {
    if (check.failures.empty() || ++failed > most) continue;
    markdown += "- " + markdown_code(check.name + ": " + abbreviated(join(check.failures, "; "))) + "\n";
  }
  if (failed > most) markdown += "- and " + std::to_string(failed - most) + " more\n";
  append_step_summary(markdown);
}

}  // namespace acctl
