#include <nlohmann/json.hpp>

#include "cli/session.hpp"
#include "commands/commands.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/definitions/definitions.hpp"
#include "provisioning/definitions/formatter/formatter.hpp"

namespace acctl {

namespace {

struct FmtOptions {
  std::vector<std::string> files;
  bool check = false;
};

struct Laid {
  Source source;
  std::string text;
};

// All files, before one is written: with a problem in any of them nothing is changed.
std::vector<Laid> lay_out(const std::vector<std::string>& paths) {
  std::vector<Laid> all;
  std::vector<Diagnostic> problems;
  std::string message;
  for (Source& source : read_sources(paths)) {
    try {
      std::string text = canonical_layout(source.text, source.name);
      all.push_back({std::move(source), std::move(text)});
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::invalid) throw;
      message = message.empty() ? error.what() : "several files are not valid";
      problems.insert(problems.end(), error.diagnostics().begin(), error.diagnostics().end());
    }
  }
  if (!message.empty()) throw Error(ErrorKind::invalid, message, "", std::move(problems));
  return all;
}

int check(Session& session, const std::vector<Laid>& all) {
  const bool lines = session.format() == OutputFormat::table;
  RecordWriter out = session.records(Shape::many, {{"FILE", "/file"}});
  std::size_t changed = 0;
  for (const Laid& file : all) {
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

int run_fmt(Session& session, const FmtOptions& options) {
  const std::vector<Laid> all = lay_out(options.files);
  if (options.check || session.settings().dry_run) return check(session, all);
  std::size_t changed = 0;
  for (const Laid& file : all) {
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
  auto options = std::make_shared<FmtOptions>();
  return {
      .name = "fmt",
      .summary = "bring definitions into their canonical layout",
      .description =
          "Rewrites definitions files in the layout that export writes: keys in a fixed order, objects and lists of "
          "keys sorted, block style with two spaces. Comments stay with what they precede or follow, block texts keep "
          "their lines. That each file still means the same is checked before anything is written; a file is replaced "
          "whole or not at all and keeps its owner and mode, and where one is no valid YAML none is touched. With - "
          "standard input is laid out to "
          "standard output.",
      .options = {{.name = "--file",
                   .value = "FILE",
                   .help = "definitions: a file, a folder with *.yaml below it, or - for standard input; repeatable",
                   .target = &options->files,
                   .letter = 'f',
                   .required = true,
                   .values = Values::file},
                  {.name = "--check",
                   .value = "",
                   .help = "change nothing, name the files that would change, and exit 1 where there are some",
                   .target = &options->check}},
      .examples = {{"acctl fmt -f definitions/", "All files of a folder."},
                   {"acctl fmt -f definitions/ --check", "In CI: exit 1 where a file is laid out otherwise."},
                   {"acctl export -t acme | acctl fmt -f -", "Through a pipe."}},
      .run = [options](Session& session) { return run_fmt(session, *options); },
      .storage = options,
  };
}

}  // namespace acctl
