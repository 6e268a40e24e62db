// CI systems read two languages: workflow commands of GitHub Actions, and JUnit XML.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/output.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

using GithubProperties = std::vector<std::pair<std::string, std::string>>;

// "::notice file=roles.yaml,line=12::message"; `level`: notice, warning or error.
std::string github_command(const std::string& level, const GithubProperties& properties, const std::string& message);

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

  std::string text() const;

 private:
  std::string command_;
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

// `checks` in one of these formats; `summary` is a sentence about all.
std::string checks_text(const std::string& command, const std::vector<Check>& checks, const std::string& summary,
                        OutputFormat format);

}  // namespace acctl
