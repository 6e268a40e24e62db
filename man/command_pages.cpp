#include "man/command_pages.hpp"

#include <algorithm>
#include <stdexcept>

#include "cli/exit_codes.hpp"
#include "cli/help.hpp"
#include "man/examples.hpp"
#include "man/tasks.hpp"
#include "man/texts.hpp"

namespace acctl {

namespace {

constexpr const char* unbreakable = "\xC2\xA0";

TextSpan text_span(std::string text) { return {TextSpan::Kind::text, std::move(text)}; }
TextSpan code_span(std::string text) { return {TextSpan::Kind::code, std::move(text)}; }
TextSpan value_span(std::string text) { return {TextSpan::Kind::value, std::move(text)}; }

std::string page_name(std::string words) {
  std::ranges::replace(words, ' ', '-');
  return words;
}

bool find_path(const Command& command, const std::string& words, const std::string& name, Path& path) {
  for (const Command& sub : command.subcommands) {
    path.push_back(&sub);
    const std::string further = words + "-" + sub.name;
    if (further == name || find_path(sub, further, name, path)) return true;
    path.pop_back();
  }
  return false;
}

void add_usage_option(Line& line, const Option& option) {
  line.push_back(text_span(option.required ? " " : " ["));
  line.push_back(code_span(option.letter != 0 ? std::string("-") + option.letter : option.name));
  if (!option.value.empty()) {
    line.push_back(text_span(unbreakable));
    line.push_back(value_span(option.value));
  }
  if (!option.required) line.push_back(text_span("]"));
}

bool has_group(const Command& command, OptionGroup group) {
  return std::ranges::any_of(command.options, [&](const Option& option) { return option.group == group; });
}

Block usage_block(const Path& path) {
  const Command& command = *path.back();
  Line line = {code_span(format_path(path))};
  for (const Argument& argument : command.arguments) {
    line.push_back(text_span(argument.required ? " " : " ["));
    line.push_back(value_span(argument.name));
    if (takes_many(argument.target)) line.push_back(text_span(std::string(unbreakable) + "..."));
    if (!argument.required) line.push_back(text_span("]"));
  }
  for (const Option& option : command.options) {
    if (option.group == OptionGroup::own) add_usage_option(line, option);
  }
  if (has_group(command, OptionGroup::tenants))
    line.push_back(text_span(" [TENANT" + std::string(unbreakable) + "OPTIONS]"));
  if (has_group(command, OptionGroup::guards))
    line.push_back(text_span(" [GUARD" + std::string(unbreakable) + "OPTIONS]"));
  return {.kind = Block::Kind::usage, .line = std::move(line)};
}

Line option_term(const Option& option) {
  Line line;
  if (option.letter != 0) {
    line.push_back(code_span(std::string("-") + option.letter));
    line.push_back(text_span(", "));
  }
  line.push_back(code_span(option.name));
  if (!option.value.empty()) {
    line.push_back(text_span(" "));
    line.push_back(value_span(option.value));
  }
  return line;
}

void add_options(const Command& command, std::vector<Block>& page) {
  std::vector<Option> own;
  std::ranges::copy_if(command.options, std::back_inserter(own),
                       [](const Option& option) { return option.group == OptionGroup::own; });
  page.push_back(section("OPTIONS"));
  if (!command.arguments.empty() || !own.empty()) page.push_back(option_terms(command.arguments, own));
  if (has_group(command, OptionGroup::tenants)) {
    page.push_back(paragraph(parse_line(
        "TENANT OPTIONS select the tenants: `--tenant`, `--all`, `--match` and `--exclude`, described in acctl(1).")));
  }
  if (has_group(command, OptionGroup::guards)) {
    page.push_back(
        paragraph(parse_line("GUARD OPTIONS limit what the run may do: `--max-removals`, `--allow-removal`, "
                             "`--min-admins` and `--fail-on-gain`, described in acctl-guards(7).")));
  }
  if (!command.formats.empty()) page.push_back(paragraph(parse_line(format_notes(command))));
  page.push_back(paragraph(parse_line(
      "acctl(1) describes the global options" +
      std::string(command.takes_as ? ", of which `--as` limits the command to the rights of a user of the tenant."
                                   : "."))));
}

void add_output(const ExampleFile& shown, std::vector<Block>& page) {
  if (shown.columns.empty() && shown.json.empty()) return;
  page.push_back(section("OUTPUT"));
  if (!shown.columns.empty())
    page.push_back(paragraph(parse_line("The columns of the table are `" + shown.columns + "`.")));
  if (shown.json.empty()) return;
  page.push_back(paragraph(parse_line("With `-o json` it has this shape:")));
  page.push_back(literal(shown.json));
}

void add_exit_status(const Command& command, std::vector<Block>& page) {
  page.push_back(section("EXIT STATUS"));
  Block list{.kind = Block::Kind::terms};
  for (const ExitCode& entry : collect_exit_codes(command)) {
    list.items.push_back(
        {{{text_span(std::to_string(entry.code))}}, {paragraph(parse_line(std::string(entry.meaning)))}});
  }
  page.push_back(std::move(list));
}

void add_examples(const Command& command, const ExampleFile& shown, std::vector<Block>& page) {
  if (command.examples.empty()) return;
  page.push_back(section("EXAMPLES"));
  for (const Example& example : command.examples) {
    page.push_back(paragraph(parse_line(example.what)));
    const auto found = std::ranges::find(shown.examples, example.command, &ShownExample::command);
    const bool prints = found != shown.examples.end() && !found->output.empty();
    page.push_back(literal(prints ? "$ " + example.command + "\n" + found->output : example.command));
  }
}

// The verbs beside it, or the commands that serve the same task, and the pages about that.
void add_see_also(const Command& root, const Path& path, std::vector<Block>& page) {
  std::vector<std::string> links = {"acctl(1)"};
  const auto add = [&](const std::string& link) {
    if (link != page_name(format_path(path)) + "(1)" && std::ranges::find(links, link) == links.end())
      links.push_back(link);
  };
  if (path.size() > 1) {
    const Path noun(path.begin(), path.end() - 1);
    add(page_name(format_path(noun)) + "(1)");
    for (const Command& verb : noun.back()->subcommands) add(page_name(format_path(noun) + " " + verb.name) + "(1)");
  }
  for (const Task& task : tasks(root)) {
    if (std::ranges::find(task.commands, path.front()) == task.commands.end()) continue;
    for (const Command* other : task.commands) {
      if (path.size() == 1) add("acctl-" + other->name + "(1)");
    }
    for (const std::string& link : task.pages) add(link);
  }
  // By section, then by name, as manual pages have it.
  std::ranges::sort(links, {}, [](const std::string& link) {
    const std::string name(parse_page_name(link));
    return std::pair(link.substr(name.size()), name);
  });
  Line line;
  for (const std::string& link : links) {
    if (!line.empty()) line.push_back(text_span(", "));
    line.push_back({TextSpan::Kind::link, link});
  }
  page.push_back(section("SEE ALSO"));
  page.push_back(paragraph(std::move(line)));
}

void describe(const Command& command, std::vector<Block>& page) {
  page.push_back(section("DESCRIPTION"));
  std::ranges::move(prose_blocks(command.description.empty() ? command.summary + "." : command.description),
                    std::back_inserter(page));
}

// A noun: its verbs, each with a page of its own.
std::vector<Block> group_page(const Command& root, const Path& path) {
  std::vector<Block> page = {
      section("SYNOPSIS"),
      {.kind = Block::Kind::usage,
       .line = {code_span(format_path(path)), text_span(" "), value_span("COMMAND"), text_span(" ["),
                value_span("ARGUMENT"), text_span(std::string(unbreakable) + "...] ["), value_span("OPTION"),
                text_span(std::string(unbreakable) + "...]")}}};
  describe(*path.back(), page);
  page.push_back(section("COMMANDS"));
  Block list{.kind = Block::Kind::terms};
  for (const Command& verb : path.back()->subcommands) {
    const std::string link = page_name(format_path(path) + " " + verb.name) + "(1)";
    list.items.push_back({{{{TextSpan::Kind::link, link}}}, {paragraph(parse_line(verb.summary))}});
  }
  page.push_back(std::move(list));
  add_see_also(root, path, page);
  return page;
}

// "acctl-tenant-create"; "" if the command is not below `root`.
std::string name_page(const Command& root, const Command& command) {
  if (&root == &command) return root.name;
  for (const Command& sub : root.subcommands) {
    if (const std::string name = name_page(sub, command); !name.empty()) return root.name + "-" + name;
  }
  return {};
}

ExampleFile shown_examples(const std::string& page) {
  const std::string name = page.substr(std::string_view("acctl-").size());
  const auto found = std::ranges::find(example_texts(), name, &ManualText::name);
  return found == example_texts().end() ? ExampleFile() : parse_examples(found->text);
}

}  // namespace

Block option_terms(const std::vector<Argument>& arguments, const std::vector<Option>& options) {
  Block list{.kind = Block::Kind::terms};
  for (const Argument& argument : arguments) {
    list.items.push_back(
        {{{value_span(argument.name)}}, {paragraph(parse_line(argument.help + argument_notes(argument)))}});
  }
  for (const Option& option : options) {
    list.items.push_back({{option_term(option)}, {paragraph(parse_line(option.help + option_notes(option)))}});
  }
  return list;
}

std::vector<std::string> shown_columns(const Command& root, const Command& command) {
  std::vector<std::string> headers;
  std::string rest = shown_examples(name_page(root, command)).columns;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(", "), rest.size());
    headers.push_back(rest.substr(0, end));
    rest.erase(0, end + 2);
  }
  return headers;
}

std::vector<Block> command_blocks(const Command& root, const std::string& name) {
  Path path;
  if (!find_path(root, root.name, name, path)) throw std::logic_error("there is no command for the page " + name);
  const Command& command = *path.back();
  if (!command.run) return group_page(root, path);
  const ExampleFile shown = shown_examples(name);
  std::vector<Block> page = {section("SYNOPSIS"), usage_block(path)};
  describe(command, page);
  add_options(command, page);
  add_output(shown, page);
  add_exit_status(command, page);
  add_examples(command, shown, page);
  add_see_also(root, path, page);
  return page;
}

}  // namespace acctl
