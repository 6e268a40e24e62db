#include "commands/shared/edit_options.hpp"

#include <algorithm>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/embedded.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/model/field_formats.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

// --max-removals, --allow-removal, --min-admins, --fail-on-gain
std::vector<Option> guard_options(EditOptions& target) {
  return {
      parse_option("--max-removals N|N%",
                   "removals allowed per kind and list: a number, or a share, which counts from 4 on (default: 25%)",
                   &target.max_removals, {.group = OptionGroup::guards}),
      parse_option("--allow-removal KIND/KEY", "allow this object to be removed even if a guard forbids it; repeatable",
                   &target.allow_removal, {.group = OptionGroup::guards}),
      parse_option("--min-admins N",
                   "minimum number of active admins that must remain; expiring roles do not count (default: 1)",
                   &target.min_admins, {.group = OptionGroup::guards}),
      parse_option("--fail-on-gain PERMISSION,…",
                   "refuse if a user gains one of these permissions or patterns, such as settings.*",
                   &target.fail_on_gain, {.group = OptionGroup::guards})};
}

}  // namespace

std::vector<Option> file_options(FileOptions& target) {
  return {parse_option("-f, --file FILE",
                       "definitions: a file, a folder with *.yaml files, or - for standard input; repeatable",
                       &target.files, {.values = Values::file}),
          parse_option("--allow-env", "replace ${env:NAME} with the value of an environment variable",
                       &target.allow_environment),
          parse_option("--var NAME=VALUE",
                       "set this variable of the files, whatever value they give it; NAME= sets it to ''; repeatable",
                       &target.variables)};
}

std::vector<Option> ownership_options(EditOptions& target) {
  return {
      parse_option("--prune", "remove objects that the manager of the files declared before and no longer declares",
                   &target.prune),
      parse_option("--allow-empty", "let --prune remove all objects of a manager whose files declare nothing any more",
                   &target.allow_empty),
      parse_option("--adopt", "take over objects of other managers", &target.adopt),
      parse_option("--only KIND,…", "consider only these kinds, such as roles,teams; repeatable", &target.only)};
}

std::vector<Option> direct_edit_options(EditOptions& target) {
  return joined({{exclude_option(target.exclude)}, guard_options(target)});
}

std::vector<Option> joined(std::vector<std::vector<Option>> parts) {
  std::vector<Option> all;
  for (std::vector<Option>& part : parts) std::ranges::move(part, std::back_inserter(all));
  return all;
}

std::vector<std::string> split_words(const std::vector<std::string>& words) {
  std::vector<std::string> all;
  for (const std::string& word : words) {
    for (std::size_t start = 0; start <= word.size();) {
      const std::size_t comma = std::min(word.find(',', start), word.size());
      // An unset variable of a script: "$FIRST,$SECOND".
      if (comma == start)
        throw Error(ErrorKind::invalid, "the list '" + abbreviated(word) + "' has an empty entry",
                    "Remove the superfluous comma, or set the variable that the entry comes from.");
      all.push_back(word.substr(start, comma - start));
      start = comma + 1;
    }
  }
  return all;
}

std::vector<Source> read_given_sources(const FileOptions& options) {
  if (!options.files.empty()) return read_sources(options.files);
  throw Error(ErrorKind::invalid, "no definitions are given",
              "Give files or folders with -f, or - for standard input.");
}

Definitions read_definition_files(const FileOptions& options) {
  return read_definitions(read_given_sources(options), read_options(options));
}

Definitions parse_export(const std::vector<Source>& sources, const FileOptions& options) {
  ReadOptions reading = read_options(options);
  reading.exports = true;
  return read_definitions(sources, reading);
}

ReadOptions read_options(const FileOptions& options) {
  ReadOptions reading{.allow_environment = options.allow_environment,
                      .schema_head = static_cast<std::int64_t>(tenant_migrations().size())};
  for (const std::string& word : options.variables) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0 || !is_utf8(word)) {
      throw Error(ErrorKind::invalid, "--var: '" + abbreviated(word) + "' is not of the form NAME=VALUE",
                  "Give a variable and its value, such as --var brand=Acme.");
    }
    const auto [at, fresh] = reading.variables.emplace(word.substr(0, equals), word.substr(equals + 1));
    if (!fresh) {
      throw Error(ErrorKind::invalid, "--var: '" + abbreviated(at->first) + "' is given twice",
                  "Give each variable once.");
    }
  }
  return reading;
}

Guards read_guard_options(const EditOptions& options) {
  Guards guards;
  if (!options.max_removals.empty()) guards.max_removals = {parse_cap("--max-removals", options.max_removals)};
  if (!options.min_admins.empty()) {
    const Cap least = parse_cap("--min-admins", options.min_admins);
    if (least.percent)
      throw Error(ErrorKind::invalid, "--min-admins: '" + options.min_admins + "' is not a number",
                  "Give a number of admins, such as 2.");
    guards.min_admins = least.number;
  }
  for (const std::string& address : split_words(options.allow_removal)) {
    const std::size_t slash = std::min(address.find('/'), address.size());
    const Kind* kind = find_kind(address.substr(0, slash));
    if (slash == address.size() || (kind == nullptr && find_edge_kind(address.substr(0, slash)) == nullptr)) {
      throw Error(ErrorKind::invalid, "--allow-removal: '" + address + "' is not of the form KIND/KEY",
                  "Give an object such as roles/agent.");
    }
    const std::string key = address.substr(slash + 1);
    guards.allowed_removals.insert(address.substr(0, slash + 1) +
                                   (kind == nullptr ? key : normal_key(kind->keys, key)));
  }
  guards.forbidden_gains = split_words(options.fail_on_gain);
  for (const std::string& pattern : guards.forbidden_gains) {
    const std::string problem = pattern_problem(pattern);
    if (!problem.empty())
      throw Error(ErrorKind::invalid, "--fail-on-gain: " + problem,
                  "Give permissions such as settings.edit or patterns such as settings.*.");
  }
  return guards;
}

std::set<std::string> only_kinds(const std::vector<std::string>& words) {
  std::set<std::string> only;
  for (const std::string& word : split_words(words)) {
    if (find_kind(word) == nullptr || find_kind(word)->internal) {
      std::vector<std::string> names;
      for (const Kind& kind : kinds()) {
        if (!kind.internal) names.emplace_back(kind.name);
      }
      throw Error(ErrorKind::invalid, "--only: there is no kind '" + word + "'" + did_you_mean(word, names),
                  "'acctl explain' lists all kinds.");
    }
    only.insert(word);
  }
  return only;
}

}  // namespace acctl
