#include "cli/parser.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "cli/configuration.hpp"
#include "cli/surroundings.hpp"
#include "cli/target.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/error.hpp"

namespace acctl {

namespace {

using Options = std::vector<Option>;

[[noreturn]] void refuse(const Path& path, const std::string& message) {
  throw Error(ErrorKind::invalid, message, "See '" + format_path(path) + " --help'.");
}

bool is_option(const std::string& word) { return word.size() > 1 && word[0] == '-'; }

// A command line as CLI11 reads it, marked where CLI11 2.1 cannot tell things apart. A mark holds a NUL, which no
// command line does. It stands before a value in one word with its option (of `--reason=` the next word would be the
// value) and in letters that are no options (`-f-yes` would be -f --yes); one at the end is the value that is missing.
class Line {
 public:
  Line(const Options& options, std::vector<std::string> words, bool stops_at_argument = false) : options_(options) {
    app_.set_help_flag();
    app_.allow_extras();
    app_.prefix_command(stops_at_argument);
    for (const Option& option : options) {
      const std::string names = option.letter == 0 ? option.name : option.name + ",-" + option.letter;
      (option.value.empty() ? app_.add_flag(names) : app_.add_option(names))->take_all()->allow_extra_args(false);
    }
    for (auto word = words.begin(); word != words.end() && *word != "--"; ++word) mark_value(*word);
    words.push_back(end);
    std::ranges::reverse(words);
    app_.parse(std::move(words));
  }

  bool has(const std::string& option) const { return app_.count(option) > 0; }

  // Arguments, unknown options and "--", in their order.
  std::vector<std::string> rest() const {
    std::vector<std::string> rest = app_.remaining();
    if (!rest.empty() && rest.back() == end) rest.pop_back();
    for (std::string& word : rest) word = unmarked(word);
    return rest;
  }

  std::vector<std::string> values(const Option& option) const {
    std::vector<std::string> values;
    for (const std::string& result : app_.get_option(option.name)->results()) {
      const std::size_t begin = is_attached(result) ? result.find(mark) + mark.size() : 0;
      if (result != end && !option.value.empty()) values.push_back(unmarked(result.substr(begin)));
    }
    return values;
  }

  // An option is never taken for the value of another: `--reason --dry-run` must not run in earnest.
  void check(const Option& option, const Path& path) const {
    const std::string needs = option.name + " needs a value: " + option.name + " " + option.value;
    for (const std::string& result : app_.get_option(option.name)->results()) {
      // Else --dry-run=false would switch it on.
      if (option.value.empty() && is_attached(result)) refuse(path, option.name + " takes no value");
      if (result == end) refuse(path, needs);
      const std::string word = unmarked(result);
      if (is_attached(result) || !names_option(word)) continue;
      refuse(path, needs + "; to pass '" + word + "' as the value, write " + option.name + "=" + word);
    }
  }

 private:
  static bool is_attached(const std::string& result) {
    return result[0] != '-' && result.find(mark) != std::string::npos;
  }

  static std::string unmarked(std::string word) {
    const std::size_t at = word.find(mark);
    return at == std::string::npos ? word : word.erase(at, mark.size());
  }

  // Where the value begins in a word of letters: at 2 in "-ojson", at the end of "-qo"; 0 where a letter is no option.
  std::size_t value_of_letters(const std::string& word) const {
    std::size_t at = 1;
    for (bool more = true; more && at < word.size(); ++at) {
      const auto option = std::ranges::find(options_, word[at], &Option::letter);
      if (word[at] == 0 || option == options_.end()) return 0;
      more = option->value.empty();
    }
    return at;
  }

  void mark_value(std::string& word) const {
    if (!is_option(word)) return;
    std::size_t at = word.starts_with("--") ? word.find('=') : value_of_letters(word);
    if (at >= word.size()) return;
    if (at == 0 || word[at] == '=') ++at;
    word.insert(at, mark);
  }

  bool names_option(const std::string& word) const {
    if (!is_option(word) || word == "--") return word == "--";
    if (!word.starts_with("--")) return value_of_letters(word) != 0;
    return std::ranges::find(options_, word.substr(0, word.find('=')), &Option::name) != options_.end();
  }

  static inline const std::string mark = {'?', '\0'};
  static inline const std::string end = {'\0'};

  CLI::App app_;
  const Options& options_;
};

template <class Named>
std::string suggestion(const std::string& word, const std::vector<Named>& known, std::vector<std::string> names = {}) {
  for (const Named& each : known) names.push_back(each.name);
  return did_you_mean(word, names);
}

// Takes the words that name the command out of `words`. Global options may stand between them: they are `given`.
Parsed descend(const Command& root, const Options& globals, std::vector<std::string>& words) {
  Parsed parsed{.command = &root};
  const auto enter = [&](const std::string& word) {
    const std::vector<Command>& known = parsed.command->subcommands;
    const auto next = std::ranges::find(known, word, &Command::name);
    if (next == known.end()) {
      refuse(parsed.path,
             "there is no command '" + format_path(parsed.path) + " " + word + "'" + suggestion(word, known));
    }
    parsed.command = &*next;
    parsed.path.push_back(parsed.command);
  };
  while (!parsed.command->subcommands.empty()) {
    if (!words.empty() && !is_option(words.front())) {  // as most write it: nothing stands before it
      enter(words.front());
      words.erase(words.begin());
      continue;
    }
    const Line line(globals, words, true);
    const std::vector<std::string> rest = line.rest();
    const auto word = std::ranges::find_if(rest, [](const auto& each) { return each == "--" || !is_option(each); });
    if (word == rest.end() || *word == "--") break;
    enter(*word);
    words.erase(words.end() - (rest.end() - word));
    for (const Option& option : globals) {
      if (line.has(option.name)) parsed.given.insert(option.name);
    }
  }
  return parsed;
}

void fill_options(const Options& options, const Line& line, const Path& path) {
  for (const Option& option : options) line.check(option, path);
  for (const Option& option : options) {
    if (option.required && !line.has(option.name)) refuse(path, option.name + " " + option.value + " is missing");
    if (!line.has(option.name)) continue;
    const std::vector<std::string> values = line.values(option);
    if (values.size() > 1 && !takes_many(option.target)) refuse(path, option.name + " is given twice");
    fill_target(option.name, option.target, make_demands(option), values);
  }
}

// What stands on the line beside its options.
std::vector<std::string> arguments(const Options& options, const Line& line, const Path& path, const Options& globals) {
  std::vector<std::string> words = line.rest();
  const auto dashes = std::ranges::find(words, "--");
  if (const auto unknown = std::find_if(words.begin(), dashes, is_option); unknown != dashes) {
    const std::string name = unknown->substr(0, unknown->find('='));
    const auto idle = std::ranges::find_if(globals, [&](const Option& option) {
      return option.name == name || (option.letter != 0 && name == std::string("-") + option.letter);
    });
    if (idle != globals.end()) refuse(path, "'" + format_path(path) + "' takes no " + idle->name);
    std::vector<std::string> more = {"--help", path.empty() ? "--version" : "--help"};
    std::erase(more, name);  // where it is one, but not here
    refuse(path, "there is no option '" + name + "'" + suggestion(name, options, more));
  }
  if (dashes != words.end()) words.erase(dashes);
  return words;
}

// In order; one that takes many leaves those behind it what they require.
void fill_arguments(const Command& command, const std::vector<std::string>& words, const Path& path) {
  std::size_t later = 0;
  for (const Argument& argument : command.arguments) later += argument.required ? 1 : 0;
  auto next = words.begin();
  for (const Argument& argument : command.arguments) {
    later -= argument.required ? 1 : 0;
    const auto left = static_cast<std::size_t>(words.end() - next);
    const std::size_t free = left > later ? left - later : 0;
    const std::size_t count = takes_many(argument.target) ? free : std::min<std::size_t>(free, 1);
    if (count == 0 && argument.required) refuse(path, argument.name + " is missing");
    const auto end = next + static_cast<std::ptrdiff_t>(count);
    if (count > 0) fill_target(argument.name, argument.target, {argument.choices, argument.values}, {next, end});
    next = end;
  }
  if (next != words.end()) refuse(path, "unexpected argument '" + *next + "'");
}

// Variables of options that the command does not take: one that is empty is a mistake of a script here, too.
void check_idle_variables(const Options& all, const Options& taken) {
  for (const Option& option : all) {
    const bool idle = std::ranges::find(taken, option.name, &Option::name) == taken.end();
    const char* value = idle ? variable(option) : nullptr;
    if (value != nullptr) fill_target("$" + option.environment, option.target, make_demands(option), {value});
  }
}

[[noreturn]] void throw_verb_is_missing(const Path& path) {
  std::size_t longest = 0;
  for (const Command& verb : path.back()->subcommands) longest = std::max(longest, verb.name.size() + 2);
  std::vector<Diagnostic> verbs;
  for (const Command& verb : path.back()->subcommands) {
    verbs.push_back({"", 0, 0, verb.name + std::string(longest - verb.name.size(), ' ') + verb.summary});
  }
  throw Error(ErrorKind::invalid,
              "'" + format_path(path) + "' needs one of these verbs:", "See '" + format_path(path) + " --help'.",
              std::move(verbs));
}

bool asks_for_help(const std::vector<std::string>& words) {
  const auto end = std::ranges::find(words, "--");
  return std::any_of(words.begin(), end, [](const std::string& word) { return word == "-h" || word == "--help"; });
}

// Takes --version out of the words, so that what stands beside it is read as without it. Whether it was there.
bool take_version(std::vector<std::string>& words) {
  const auto end = std::ranges::find(words, "--");
  const auto others = std::remove(words.begin(), end, "--version");
  const bool asked = others != end;
  words.erase(others, end);
  return asked;
}

}  // namespace

Parsed parse(const Command& root, Settings& settings, const std::vector<std::string>& all_words) {
  std::vector<std::string> words = all_words;
  const Options all_globals = global_options(settings);
  Parsed parsed = descend(root, all_globals, words);
  const Command& command = *parsed.command;
  if (asks_for_help(words)) {
    parsed.help = true;
    return parsed;
  }
  parsed.version = parsed.path.empty() && take_version(words);
  const Options globals = global_options(settings, command);
  Options options = globals;
  options.insert(options.end(), command.options.begin(), command.options.end());
  for (const std::string& name : parsed.given) {
    if (std::ranges::find(options, name, &Option::name) != options.end()) continue;
    refuse(parsed.path, "'" + format_path(parsed.path) + "' takes no " + name);
  }
  const Line line(options, words);
  const std::vector<std::string> others = arguments(options, line, parsed.path, all_globals);
  fill_options(options, line, parsed.path);
  fill_arguments(command, others, parsed.path);
  for (const Option& option : options) {
    if (line.has(option.name)) parsed.given.insert(option.name);
  }
  if (command.run) {
    fill_from_surroundings(globals, parsed.given, settings, command.reads_contexts ? Contexts::read : Contexts::unread);
    check_idle_variables(all_globals, globals);
  } else if (parsed.path.empty()) {
    parsed.help = !parsed.version;
  } else {
    throw_verb_is_missing(parsed.path);
  }
  return parsed;
}

bool wants_json(const std::vector<std::string>& words) {
  Settings unused;
  const Options globals = global_options(unused);
  const Line line(globals, words);
  std::map<std::string, std::string> said;
  for (const Option& option : globals) {
    for (const std::string& value : line.values(option)) said[option.name] = value;
    const char* value = variable(option);
    if (value != nullptr && *value != '\0') said.try_emplace(option.name, value);
  }
  try {
    for (const auto& [name, entry] : find_context(said["--context"]).entries)
      said.try_emplace("--" + name, entry.value);
  } catch (const Error&) {
    // A file that cannot be read asks for nothing.
  }
  return said["--output"].starts_with("json") || said["--log-format"] == "json";
}

}  // namespace acctl
