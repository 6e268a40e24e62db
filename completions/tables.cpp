#include "completions/tables.hpp"

#include "cli/help.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

using Wildcard = ValueRule::Wildcard;

// What a definitions file has objects of.
std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const Kind& kind : kinds()) {
    if (!kind.internal) names.emplace_back(kind.name);
  }
  return names;
}

std::string make_rule(const std::vector<std::string>& choices, Values values) {
  if (!choices.empty()) {
    std::string rule = "choice";
    for (const std::string& choice : choices) rule += " " + choice;
    return rule;
  }
  switch (values) {
    case Values::file:
      return "file";
    case Values::tenants:
      return "tenants";
    case Values::kinds:
      return make_rule(kind_names(), Values::text);
    case Values::text:
      break;
  }
  return "text";
}

void add_option(CompletionTables& tables, const Option& option, const std::string& place, Wildcard wildcard) {
  if (option.value.empty()) return;
  ValueRule rule{.patterns = {{place + " " + option.name, wildcard}},
                 .value = make_rule(option.choices.empty() ? option.suggestions : option.choices, option.values)};
  if (option.letter != 0) rule.patterns.push_back({place + " -" + option.letter, wildcard});
  tables.option_values.push_back(std::move(rule));
}

// Before the rule of all commands, which the shells look at last.
void add_formats(CompletionTables& tables, const Command& command, const std::string& place) {
  for (Option option : documented_global_options()) {
    if (option.name != "--output") continue;
    option.choices.insert(option.choices.end(), command.formats.begin(), command.formats.end());
    add_option(tables, option, place, Wildcard::none);
  }
}

void add_arguments(CompletionTables& tables, const Command& command, const std::string& place) {
  for (std::size_t i = 0; i < command.arguments.size(); ++i) {
    const Argument& argument = command.arguments[i];
    const bool many = std::holds_alternative<std::vector<std::string>*>(argument.target);
    ValueRule::Pattern pattern{place + " " + std::to_string(i)};
    if (many) pattern = {place + " ", Wildcard::after};
    tables.argument_values.push_back({.patterns = {pattern}, .value = make_rule(argument.choices, argument.values)});
    if (many) break;  // where it ends and the next one starts cannot be told while it is typed
  }
}

void add_command(CompletionTables& tables, const Command& command, const std::string& place) {
  Offer commands{place, {}};
  for (const Command& sub : command.subcommands) commands.candidates.push_back({sub.name, sub.summary});
  if (!commands.candidates.empty()) tables.commands.push_back(std::move(commands));
  Offer options{place, {}};
  for (const Option& option : command.options) {
    options.candidates.push_back({option.name, option.help});
    add_option(tables, option, place, Wildcard::none);
  }
  if (!options.candidates.empty()) tables.options.push_back(std::move(options));
  if (!command.formats.empty()) add_formats(tables, command, place);
  add_arguments(tables, command, place);
  for (const Command& sub : command.subcommands) add_command(tables, sub, place + " " + sub.name);
}

}  // namespace

CompletionTables completion_tables(const Command& root) {
  CompletionTables tables;
  add_command(tables, root, "");
  for (const Option& option : documented_global_options()) {
    tables.global_options.push_back({option.name, option.help});
    add_option(tables, option, "", Wildcard::before);
  }
  return tables;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string single_quoted(const std::string& text) { return "'" + replaced(text, "'", "'\\''") + "'"; }

std::string posix_value_function(const std::string& name, const std::vector<ValueRule>& rules) {
  std::string code = name + "() {\n  case \"$1 $2\" in\n";
  for (const ValueRule& rule : rules) {
    std::string patterns;
    for (const ValueRule::Pattern& pattern : rule.patterns) {
      if (!patterns.empty()) patterns += " | ";
      patterns += pattern.wildcard == Wildcard::before ? "*" : "";
      patterns += single_quoted(pattern.text);
      patterns += pattern.wildcard == Wildcard::after ? "*" : "";
    }
    code += "    " + patterns + ") value=" + single_quoted(rule.value) + " ;;\n";
  }
  return code + "    *) value='' ;;\n  esac\n}\n\n";
}

}  // namespace acctl
