// A session gives a running command the resolved settings, the terminal and the output of data.
#pragma once

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/output.hpp"
#include "cli/settings.hpp"
#include "cli/terminal.hpp"

namespace acctl {

class Session {
 public:
  Session(const Command& root, const Settings& settings, std::vector<std::string> words, std::set<std::string> given);

  const Command& root() const { return root_; }
  const Settings& settings() const { return settings_; }
  Terminal& terminal() { return terminal_; }

  // The id of this run of acctl, unique: in ledger, audit trail, log and the names of its sessions.
  const std::string& run() const { return run_; }

  OutputFormat format() const { return parse_output_format(settings_.output); }
  // Whether the format has values, and not words for people.
  bool wants_values() const { return format() == OutputFormat::json || format() == OutputFormat::yaml; }
  RecordWriter records(Shape shape, std::vector<Column> columns);
  // Writes the one record that a command has.
  void write_record(std::vector<Column> columns, const nlohmann::ordered_json& record);

  // How the global options want records laid out, for a RecordWriter that is made in another way.
  RecordLayout layout();

  // Whether there is somebody to ask, at a terminal.
  bool can_ask() const { return terminal_.can_ask(); }

  // This command line with `more` options, quoted for a shell: the hint of a refusal, to be pasted.
  std::string again(const std::vector<std::string>& more) const;

  // Throws Error(invalid) because the text given to confirm is wrong. Unlike other invalid input, it is audited.
  [[noreturn]] void refuse_confirmation(const std::string& message, const std::string& hint);
  bool was_wrongly_confirmed() const { return wrongly_confirmed_; }

  // A tenant that an argument means without naming it, such as the number of an export: for the audit trail.
  void note_tenant(const std::string& slug) { noted_tenants_.push_back(slug); }
  const std::vector<std::string>& noted_tenants() const { return noted_tenants_; }

  // For a command that writes only with some options: this run only reads (Trail::nothing).
  void only_look() { only_looks_ = true; }
  bool only_looks() const { return only_looks_; }

  // A command that only reads never starts the embedded server; it has to be running.
  void start_nothing() { starts_nothing_ = true; }
  bool starts_nothing() const { return starts_nothing_ || only_looks_ || settings_.dry_run; }

  // Whether an option, by its long name, stands on the command line and not only in environment or configuration.
  bool given(const std::string& option) const { return given_.contains(option); }

  // --parallel
  int parallel() const { return static_cast<int>(settings_.parallel); }

  // --timeout
  std::chrono::milliseconds timeout() const;

 private:
  const Command& root_;
  Settings settings_;
  std::vector<std::string> words_;  // argv without the program, to offer the same command again
  std::set<std::string> given_;
  std::string run_;
  Terminal terminal_;
  bool wrongly_confirmed_ = false;
  std::vector<std::string> noted_tenants_;
  bool only_looks_ = false;
  bool starts_nothing_ = false;
};

}  // namespace acctl
