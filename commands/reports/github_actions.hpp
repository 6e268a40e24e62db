// CI systems read two languages: workflow commands of GitHub Actions, and JUnit XML.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cli/output.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

using GithubProperties = std::vector<std::pair<std::string, std::string>>;

// The annotations of a report. The runner shows ten of each kind and drops the rest without a word, so they are written
// most severe first and at most ten of a kind, with one that counts what is left out and one that sums up.
class GithubAnnotations {
 public:
  // `level`: error, warning or notice.
  void add(const std::string& level, const GithubProperties& properties, const std::string& message);

  // All of them. `title` and `summary`: of the last one.
  std::string text(const std::string& title, const std::string& summary) const;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> lines_;  // by level
};

// file, line and col, escaped; as many as the place has.
GithubProperties github_place(const Place& place);

// Escaped text as XML; characters that XML cannot contain are written as escapes.
std::string junit_text(const std::string& text);

std::string junit_failure(const std::string& type, const std::string& message, const std::string& text);

// A JUnit test suite, built case by case.
class JunitSuite {
 public:
  explicit JunitSuite(const std::string& command) : command_(command) {}

  enum class Outcome { passed, failed, skipped };

  // `content`: XML, such as junit_failure() gives; `name` escaped.
  void add(const std::string& name, Outcome outcome, const std::string& content);

  // A sentence about all cases; escaped.
  void say(const std::string& sentence) { said_ += sentence + "\n"; }

  std::string text() const;

 private:
  std::string command_;
  std::string said_;
  std::string cases_;
  std::size_t tests_ = 0;
  std::size_t failures_ = 0;
  std::size_t skipped_ = 0;
};

// Something that a command has checked.
struct Check {
  std::string name;
  Place place;
  std::vector<std::string> failures;  // sentences; none where it passed
};

// The formats of the commands that only check: for Command::formats.
const std::vector<std::string>& check_formats();

// Appends to the file that the runner names in GITHUB_STEP_SUMMARY, and shows as the summary of the step. Does nothing
// elsewhere; a file that cannot be written is a warning.
void append_step_summary(const std::string& markdown);

// Writes `checks` to standard output in one of these formats, and for GitHub to the step summary.
void write_checks(const std::string& command, const std::vector<Check>& checks, const std::string& summary,
                  OutputFormat format);

}  // namespace acctl
