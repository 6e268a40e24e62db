#include "commands/reports/github_actions.hpp"

#include "commands/reports/change_text.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

// As the runner reads it back; in properties also what parts them.
std::string encoded(const std::string& text, bool property) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '%':
        out += "%25";
        break;
      case '\r':
        out += "%0D";
        break;
      case '\n':
        out += "%0A";
        break;
      case ':':
        out += property ? "%3A" : ":";
        break;
      case ',':
        out += property ? "%2C" : ",";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string sentences(const std::vector<std::string>& failures) {
  std::string text;
  for (const std::string& failure : failures) text += (text.empty() ? "" : "; ") + failure;
  return escaped(text);
}

}  // namespace

std::string github_command(const std::string& level, const GithubProperties& properties, const std::string& message) {
  std::string line = "::" + level;
  for (const auto& [name, value] : properties) {
    line += (&name == &properties.front().first ? " " : ",") + name + "=" + encoded(value, true);
  }
  return line + "::" + encoded(message, false) + "\n";
}

GithubProperties github_place(const Place& place) {
  if (place.line <= 0) return {};
  GithubProperties properties = {{"file", escaped(place.file)}, {"line", std::to_string(place.line)}};
  if (place.column > 0) properties.emplace_back("col", std::to_string(place.column));
  return properties;
}

std::string junit_text(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    // Escaped text holds no control characters, and these two are none but forbidden too.
    if (text.compare(i, 3, "\xEF\xBF\xBE") == 0 || text.compare(i, 3, "\xEF\xBF\xBF") == 0) {
      out += text[i + 2] == '\xBE' ? "\\u{fffe}" : "\\u{ffff}";
      i += 2;
      continue;
    }
    switch (text[i]) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&apos;";
        break;
      default:
        out += text[i];
    }
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
         std::to_string(skipped_) + "\" errors=\"0\">\n" + cases_ + "  </testsuite>\n</testsuites>\n";
}

const std::vector<std::string>& check_formats() {
  static const std::vector<std::string> formats = {"github", "junit"};
  return formats;
}

std::string checks_text(const std::string& command, const std::vector<Check>& checks, const std::string& summary,
                        OutputFormat format) {
  if (format == OutputFormat::junit) {
    JunitSuite suite(command);
    for (const Check& check : checks) {
      const bool failed = !check.failures.empty();
      suite.add(escaped(check.name), failed ? JunitSuite::Outcome::failed : JunitSuite::Outcome::passed,
                failed ? junit_failure("failed", sentences(check.failures), escaped(source_of(check.place))) : "");
    }
    return suite.text();
  }
  std::string text;
  for (const Check& check : checks) {
    if (check.failures.empty()) continue;
    GithubProperties properties = github_place(check.place);
    properties.emplace_back("title", escaped(check.name));
    text += github_command("error", properties, sentences(check.failures));
  }
  return text + github_command("notice", {{"title", "acctl " + command}}, escaped(summary));
}

}  // namespace acctl
