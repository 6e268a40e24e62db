#include "man/fragments.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "cli/configuration.hpp"
#include "cli/exit_codes.hpp"
#include "cli/help.hpp"
#include "man/command_pages.hpp"
#include "man/file_fragments.hpp"
#include "man/tasks.hpp"
#include "provisioning/model/tenant_condition.hpp"

namespace acctl {

namespace {

std::vector<Block> command_map(const Command& root) {
  std::vector<Block> blocks;
  for (const Task& task : tasks(root)) {
    blocks.push_back(subsection(task.title));
    Block list{.kind = Block::Kind::terms};
    for (const Command* command : task.commands) {
      std::string text = command->summary;
      std::string verbs;
      for (const Command& verb : command->subcommands) verbs += (verbs.empty() ? ": " : ", ") + verb.name;
      list.items.push_back(
          {{{{TextSpan::Kind::link, "acctl-" + command->name + "(1)"}}}, {paragraph(parse_line(text + verbs))}});
    }
    blocks.push_back(std::move(list));
  }
  return blocks;
}

std::vector<Block> global_option_list(const Command&) { return {option_terms({}, documented_global_options())}; }

// Of the first command that has some of them: all have the same.
std::vector<Option> grouped_options(const Command& command, OptionGroup group) {
  std::vector<Option> found;
  std::ranges::copy_if(command.options, std::back_inserter(found),
                       [&](const Option& option) { return option.group == group; });
  for (const Command& sub : command.subcommands) {
    if (!found.empty()) break;
    found = grouped_options(sub, group);
  }
  return found;
}

std::vector<Block> guard_option_list(const Command& root) {
  return {option_terms({}, grouped_options(root, OptionGroup::guards))};
}

std::vector<Block> tenant_option_list(const Command& root) {
  std::vector<Option> options;
  for (const Option& option : documented_global_options()) {
    if (option.name == "--tenant" || option.name == "--all" || option.name == "--match") options.push_back(option);
  }
  std::ranges::move(grouped_options(root, OptionGroup::tenants), std::back_inserter(options));
  return {option_terms({}, options)};
}

std::vector<Block> exit_code_table(const Command&) {
  Block table{.kind = Block::Kind::table, .rows = {{parse_line("Code"), parse_line("Meaning")}}};
  for (const ExitCode& entry : exit_codes()) {
    table.rows.push_back({code(std::to_string(entry.code)), parse_line(entry.meaning)});
  }
  return {std::move(table)};
}

// The entries of a context that replace global options.
std::vector<Block> context_entry_list(const Command&) {
  Block list{.kind = Block::Kind::terms};
  const std::vector<std::string>& names = context_entries();
  for (const Option& option : documented_global_options()) {
    const std::string name = option.name.substr(2);
    if (std::ranges::find(names, name) == names.end()) continue;
    list.items.push_back({{code(name)}, {paragraph(parse_line(option.help + option_notes(option)))}});
  }
  return {std::move(list)};
}

// What --match and files select tenants by.
std::vector<Block> match_properties(const Command&) {
  Block table{.kind = Block::Kind::table, .rows = {{parse_line("Key"), parse_line("What it compares")}}};
  for (const TenantProperty& property : tenant_properties()) {
    std::string text(property.help);
    std::string words;
    for (const std::string_view word : property.words) words += (words.empty() ? ": " : ", ") + std::string(word);
    table.rows.push_back({code(std::string(property.name)), parse_line(text + words)});
  }
  table.rows.push_back(
      {code("label.KEY"), parse_line("the label KEY; KEY alone means the same unless it is another key of this list")});
  return {std::move(table)};
}

template <std::vector<Block> (*make)()>
std::vector<Block> of_files(const Command&) {
  return make();
}

using Make = std::vector<Block> (*)(const Command& root);

const std::map<std::string, Make>& makers() {
  static const std::map<std::string, Make> all = {
      {"commands", command_map},
      {"global-options", global_option_list},
      {"guard-options", guard_option_list},
      {"tenant-options", tenant_option_list},
      {"exit-codes", exit_code_table},
      {"context-entries", context_entry_list},
      {"match-keys", match_properties},
      {"definitions-keys", of_files<definitions_keys>},
      {"kinds", of_files<kind_sections>},
      {"placeholders", of_files<mail_placeholder_table>},
      {"people-columns", of_files<people_column_list>},
      {"tenant-columns", of_files<tenant_column_list>},
      {"mail-fields", of_files<mail_field_list>},
      {"packs", of_files<pack_sections>},
  };
  return all;
}

}  // namespace

std::vector<Block> make_fragment(const Command& root, const std::string& name) {
  const auto found = makers().find(name);
  if (found == makers().end()) throw std::logic_error("there is no fragment {{" + name + "}}");
  return found->second(root);
}

}  // namespace acctl
