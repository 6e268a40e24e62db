#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "cli/session.hpp"
#include "commands/commands.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/definitions/definitions.hpp"
#include "provisioning/definitions/formatter/formatter.hpp"

namespace acctl {

namespace {

struct FormatFiles {
  std::vector<std::string> files;
  bool check = false;
};

struct FormattedFile {
  Source source;
  std::string text;
};

// All files, before one is written: with a problem in any of them nothing is changed.
std::vector<FormattedFile> format_files(const std::vector<std::string>& paths) {
  std::vector<FormattedFile> all;
  std::vector<Diagnostic> problems;
  std::string message;
  for (Source& source : read_sources(paths)) {
    try {
      std::string text = canonical_layout(source.text, source.name);
      all.push_back({std::move(source), std::move(text)});
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::invalid) throw;
      message = message.empty() ? error.what() : "several files are invalid";
      problems.insert(problems.end(), error.diagnostics().begin(), error.diagnostics().end());
    }
  }
  if (!message.empty()) throw Error(ErrorKind::invalid, message, "", std::move(problems));
  return all;
}

int check_files(Session& session, const std::vector<FormattedFile>& all) {
  const bool lines = session.format() == OutputFormat::table;
  RecordWriter out = session.records(Shape::many, {"FILE"});
  std::size_t changed = 0;
  for (const FormattedFile& file : all) {
    if (file.text == file.source.text) continue;
    ++changed;
    if (lines) {
      write_text(escaped(file.source.name) + "\n");
    } else {
      out.add({{"file", file.source.name}});
    }
  }
  if (!lines) out.finish();
  session.terminal().info(std::to_string(changed) + " of " + std::to_string(all.size()) + " files would change");
  return changed == 0 ? 0 : 1;
}

int run(Session& session, const FormatFiles& options) {
  const std::vector<FormattedFile> all = format_files(options.files);
  if (options.check || session.settings().dry_run) return check_files(session, all);
  std::size_t changed = 0;
  for (const FormattedFile& file : all) {
    if (file.source.from_standard_input) {
      write_text(file.text);
      flush_output();
    } else if (file.text != file.source.text) {
      replace_file(file.source.name, file.text);
      ++changed;
    }
  }
  const bool alone = all.size() == 1 && all.front().source.from_standard_input;
  if (!alone) {
    session.terminal().info(std::to_string(changed) + " of " + std::to_string(all.size()) + " files changed");
  }
  return 0;
}

}  // namespace

Command fmt_command() {
  return command<FormatFiles>("fmt", "format definitions files in the canonical layout", run)
      .describe(R"(
Rewrites definitions files in the layout that export writes: keys in a fixed order, objects and lists of keys
sorted, block style with two spaces. Comments stay with what they precede or follow; block texts keep their
lines. Before anything is written, each file is checked to still mean the same. A file is replaced completely
or not at all and keeps its owner and mode; if one file is not valid YAML, no file is changed. With -,
standard input is formatted to standard output.)")
      .option("-f, --file FILE", "definitions: a file, a folder with *.yaml files, or - for standard input; repeatable",
              &FormatFiles::files)
      .required()
      .values(Values::file)
      .option("--check", "change nothing; list the files that would change and exit with 1 if there are any",
              &FormatFiles::check)
      .exits(1, "with --check or --dry-run: files would change; else failed")
      .example("acctl fmt -f definitions/", "Format all files of a folder.")
      .example("acctl fmt -f definitions/ --check", "In CI: exit with 1 if a file is not formatted.")
      .example("acctl export -t acme | acctl fmt -f -", "Format an export on its way to a file.");
}

}  // namespace acctl
