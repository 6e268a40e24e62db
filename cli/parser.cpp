#include "cli/parser.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <map>
#include <optional>

#include "cli/configuration.hpp"
#include "provisioning/model/error.hpp"
#include "provisioning/model/formats.hpp"
#include "provisioning/model/suggest.hpp"
#include "provisioning/model/text.hpp"

namespace acctl {

namespace {

std::string joined(const std::vector<const Command*>& path) {
  std::string words = "acctl";
  for (const Command* command : path) words += " " + command->name;
  return words;
}

[[noreturn]] void refuse(const std::vector<const Command*>& path, const std::string& message) {
  throw Error(ErrorKind::invalid, message, "See '" + joined(path) + " --help'.");
}

std::int64_t whole_number(const std::string& name, const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // A leading zero is octal to some and decimal to others: refused rather than guessed.
  const bool zero = text.size() > 1 && text[0] == '0';
  if (error != std::errc() || end != text.data() + text.size() || zero || text.starts_with("-0")) {
    throw Error(ErrorKind::invalid, name + ": '" + text + "' is not a whole number");
  }
  return value;
}

void check_choice(const std::string& name, const std::vector<std::string>& choices, const std::string& text) {
  if (choices.empty() || std::ranges::find(choices, text) != choices.end()) return;
  std::string all;
  for (const std::string& choice : choices) all += (all.empty() ? "" : ", ") + choice;
  throw Error(ErrorKind::invalid, name + ": '" + text + "' is none of " + all + did_you_mean(text, choices));
}

// What is not UTF-8 can be neither stored nor asked for, and what nobody sees is not meant: a file can write it as an
// escape, a command line cannot. The names of files are the file system's own affair.
void check_text(const std::string& name, const std::string& text, Values values, std::size_t longest) {
  if (values == Values::file) return;
  if (!is_utf8(text)) throw Error(ErrorKind::invalid, name + ": '" + text + "' is not valid UTF-8");
  std::string problem;
  if (longest > 0) {
    problem = line_problem(text, longest);
  } else if (const std::string hidden = hidden_character(text, Breaks::allowed); !hidden.empty()) {
    problem = "holds a control or invisible character, " + hidden;
  }
  if (!problem.empty()) throw Error(ErrorKind::invalid, name + ": the value " + problem);
}

void refuse_empty(const std::string& name, const std::string& value) {
  if (!value.empty()) return;
  throw Error(ErrorKind::invalid, name + ": the value is empty", "Leave it out if nothing is meant.");
}

// What an option or an argument demands of its values.
struct Demands {
  const std::vector<std::string>& choices;
  Values values = Values::text;
  bool clears = false;
  std::size_t longest = 0;
};

Demands demands_of(const Option& option) {
  return {.choices = option.choices, .values = option.values, .clears = option.clears, .longest = option.longest};
}

void fill(const std::string& name, const Target& target, const Demands& demands,
          const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    if (!demands.clears) refuse_empty(name, value);
    check_text(name, value, demands.values, demands.longest);
    if (!std::holds_alternative<bool*>(target)) check_choice(name, demands.choices, value);
  }
  std::visit(
      [&](auto* place) {
        using T = std::remove_pointer_t<decltype(place)>;
        if constexpr (std::is_same_v<T, std::vector<std::string>>) {
          *place = values;
        } else if constexpr (std::is_same_v<T, bool>) {
          *place = values.empty() || values.back() == "true";
        } else if constexpr (std::is_same_v<T, std::string>) {
          *place = values.back();
        } else {
          *place = whole_number(name, values.back());
        }
      },
      target);
}

bool takes_many(const Target& target) { return std::holds_alternative<std::vector<std::string>*>(target); }

// One word of the command line that begins with '-': the options it names ("--output=json", "-ojson", "-qv").
struct OptionWord {
  std::vector<const Option*> options;
  std::optional<std::string> value;  // attached to the last option
  bool known = true;

  bool needs_next() const { return known && !options.back()->value.empty() && !value; }
};

using Options = std::vector<const Option*>;

OptionWord read_long(const Options& options, const std::string& word) {
  const std::size_t equals = word.find('=');
  const auto found = std::ranges::find(options, word.substr(0, equals), &Option::name);
  if (found == options.end()) return {.options = {}, .value = {}, .known = false};
  OptionWord read{.options = {*found}, .value = {}};
  if (equals != std::string::npos) read.value = word.substr(equals + 1);
  return read;
}

OptionWord read_letters(const Options& options, const std::string& word) {
  OptionWord read;
  for (std::size_t i = 1; i < word.size(); ++i) {
    const auto found = std::ranges::find(options, word[i], &Option::letter);
    if (word[i] == 0 || found == options.end()) return {.options = {}, .value = {}, .known = false};
    read.options.push_back(*found);
    if (!(*found)->value.empty()) {
      if (i + 1 < word.size()) read.value = word.substr(i + 1);
      break;
    }
  }
  return read;
}

bool is_option(const std::string& word) { return word.size() > 1 && word[0] == '-'; }

OptionWord read_option(const Options& options, const std::string& word) {
  return word.starts_with("--") ? read_long(options, word) : read_letters(options, word);
}

// What the words hold, before any of it is filled in.
struct Given {
  std::map<std::string, std::vector<std::string>> options;  // by name; a switch has no values
  std::vector<std::string> arguments;
};

// Takes `words` apart as getopt_long does, without its abbreviations.
class Reader {
 public:
  Reader(const Options& options, const std::vector<std::string>& words, const std::vector<const Command*>& path)
      : options_(options), words_(words), path_(path) {}

  Given read() {
    while (next_ < words_.size()) {
      const std::string& word = words_[next_++];
      if (word == "--") {
        given_.arguments.insert(given_.arguments.end(), words_.begin() + static_cast<std::ptrdiff_t>(next_),
                                words_.end());
        break;
      }
      if (is_option(word)) {
        take_option(word);
      } else {
        given_.arguments.push_back(word);
      }
    }
    return std::move(given_);
  }

 private:
  void take_option(const std::string& word) {
    OptionWord read = read_option(options_, word);
    if (!read.known) {
      std::vector<std::string> names;
      for (const Option* option : options_) names.push_back(option->name);
      const std::string name = word.substr(0, word.find('='));
      refuse(path_, "there is no option '" + name + "'" + did_you_mean(name, names));
    }
    if (read.needs_next()) read.value = next_value(*read.options.back());
    const Option& last = *read.options.back();
    // Else --dry-run=false would switch it on.
    if (last.value.empty() && read.value) refuse(path_, last.name + " takes no value");
    for (const Option* option : read.options) given_.options[option->name];
    if (read.value) given_.options[last.name].push_back(*read.value);
  }

  // An option is never taken for the value of another: `--reason --dry-run` must not run in earnest.
  std::string next_value(const Option& option) {
    const std::string needs = option.name + " needs a value: " + option.name + " " + option.value;
    if (next_ == words_.size()) refuse(path_, needs);
    const std::string& value = words_[next_++];
    if (value == "--" || (is_option(value) && read_option(options_, value).known)) {
      refuse(path_, needs + "; if '" + value + "' is meant, write " + option.name + "=" + value);
    }
    return value;
  }

  const Options& options_;
  const std::vector<std::string>& words_;
  const std::vector<const Command*>& path_;
  std::size_t next_ = 0;
  Given given_;
};

const Command* subcommand(const Command& command, const std::string& name) {
  const auto found = std::ranges::find(command.subcommands, name, &Command::name);
  return found == command.subcommands.end() ? nullptr : &*found;
}

// Takes the words that name the command out of `words`. Global options may stand between them.
Parsed descend(const Command& root, const Options& globals, std::vector<std::string>& words) {
  Parsed parsed{.command = &root};
  for (std::size_t i = 0; i < words.size() && !parsed.command->subcommands.empty();) {
    const std::string& word = words[i];
    if (word == "--") break;
    if (is_option(word)) {
      const OptionWord read = read_option(globals, word);
      i += read.known && read.needs_next() ? 2 : 1;
      continue;
    }
    const Command* next = subcommand(*parsed.command, word);
    if (next == nullptr) {
      std::vector<std::string> names;
      for (const Command& known : parsed.command->subcommands) names.push_back(known.name);
      refuse(parsed.path, "there is no command '" + joined(parsed.path) + " " + word + "'" + did_you_mean(word, names));
    }
    parsed.command = next;
    parsed.path.push_back(next);
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return parsed;
}

void fill_options(const Options& options, const Given& given, const std::vector<const Command*>& path) {
  for (const Option* option : options) {
    const auto found = given.options.find(option->name);
    if (found == given.options.end()) {
      if (option->required) refuse(path, option->name + " " + option->value + " is missing");
      continue;
    }
    if (found->second.size() > 1 && !takes_many(option->target)) refuse(path, option->name + " is given twice");
    fill(option->name, option->target, demands_of(*option), found->second);
  }
}

// In order; one that takes many leaves those behind it what they require.
void fill_arguments(const Command& command, const Given& given, const std::vector<const Command*>& path) {
  std::size_t later = 0;
  for (const Argument& argument : command.arguments) later += argument.required ? 1 : 0;
  auto next = given.arguments.begin();
  for (const Argument& argument : command.arguments) {
    later -= argument.required ? 1 : 0;
    const auto left = static_cast<std::size_t>(given.arguments.end() - next);
    const std::size_t free = left > later ? left - later : 0;
    const std::size_t count = takes_many(argument.target) ? free : std::min<std::size_t>(free, 1);
    if (count == 0 && argument.required) refuse(path, argument.name + " is missing");
    const auto end = next + static_cast<std::ptrdiff_t>(count);
    if (count > 0) fill(argument.name, argument.target, {argument.choices, argument.values}, {next, end});
    next = end;
  }
  if (next != given.arguments.end()) refuse(path, "'" + *next + "' is one argument too many");
}

// The value of the variable that stands in for `option`; nullptr where there is none. An empty one counts as unset.
const char* variable(const Option& option) {
  const char* value = option.environment.empty() ? nullptr : std::getenv(option.environment.c_str());
  return value == nullptr || *value == '\0' ? nullptr : value;
}

bool is_overruled(const Option& option, const Given& given) {
  return std::ranges::any_of(option.overruled_by,
                             [&](const std::string& other) { return given.options.contains(other); });
}

// Who names a context at the prompt means its database; a variable that is left from another one must not win.
void refuse_two_databases(const std::vector<Option>& globals, const Given& given,
                          const std::map<std::string, std::string>& context) {
  const auto database = context.find("database");
  if (!given.options.contains("--context") || given.options.contains("--database") || database == context.end()) return;
  const char* value = variable(*std::ranges::find(globals, "--database", &Option::name));
  if (value == nullptr || value == database->second) return;
  throw Error(ErrorKind::invalid, "--context names another database than $ACCTL_DATABASE_URL",
              "Unset ACCTL_DATABASE_URL, or name the database with --database.");
}

// The environment first, then the context of the configuration file.
void fill_from_surroundings(const std::vector<Option>& globals, const Given& given, const Settings& settings) {
  for (const Option& option : globals) {
    const char* value = is_overruled(option, given) ? nullptr : variable(option);
    if (value != nullptr && !given.options.contains(option.name)) {
      fill("$" + option.environment, option.target, demands_of(option), {value});
    }
  }
  const auto context = read_context(settings.context);
  refuse_two_databases(globals, given, context);
  for (const Option& option : globals) {
    const auto entry = context.find(option.name.substr(2));
    const bool said = variable(option) != nullptr || given.options.contains(option.name);
    if (entry != context.end() && !said && !is_overruled(option, given)) {
      fill("configuration: " + entry->first, option.target, demands_of(option), {entry->second});
    }
  }
}

[[noreturn]] void throw_verb_is_missing(const std::vector<const Command*>& path) {
  std::size_t longest = 0;
  for (const Command& verb : path.back()->subcommands) longest = std::max(longest, verb.name.size() + 2);
  std::vector<Diagnostic> verbs;
  for (const Command& verb : path.back()->subcommands) {
    verbs.push_back({"", 0, 0, verb.name + std::string(longest - verb.name.size(), ' ') + verb.summary});
  }
  throw Error(ErrorKind::invalid,
              "'" + joined(path) + "' needs one of these verbs:", "See '" + joined(path) + " --help'.",
              std::move(verbs));
}

bool asks_for_help(const std::vector<std::string>& words) {
  const auto end = std::ranges::find(words, "--");
  return std::any_of(words.begin(), end, [](const std::string& word) { return word == "-h" || word == "--help"; });
}

}  // namespace

Parsed parse(const Command& root, Settings& settings, const std::vector<std::string>& all_words) {
  std::vector<Option> globals = global_options(settings);
  Options options;
  for (const Option& option : globals) options.push_back(&option);
  std::vector<std::string> words = all_words;
  Parsed parsed = descend(root, options, words);
  const Command& command = *parsed.command;
  globals = global_options(settings, command);
  options.clear();
  for (const Option& option : globals) options.push_back(&option);
  for (const Option& option : command.options) options.push_back(&option);

  if (asks_for_help(words)) {
    parsed.help = true;
    return parsed;
  }
  const Given given = Reader(options, words, parsed.path).read();
  fill_options(options, given, parsed.path);
  fill_arguments(command, given, parsed.path);
  for (const auto& [name, values] : given.options) parsed.given.insert(name);
  if (command.run) {
    fill_from_surroundings(globals, given, settings);
  } else if (parsed.path.empty()) {
    parsed.help = true;
  } else {
    throw_verb_is_missing(parsed.path);
  }
  return parsed;
}

bool wants_json(const std::vector<std::string>& words) {
  Settings unused;
  const std::vector<Option> globals = global_options(unused);
  Options options;
  for (const Option& option : globals) options.push_back(&option);
  std::map<std::string, std::string> said;
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    if (!is_option(words[i])) continue;
    OptionWord read = read_option(options, words[i]);
    if (read.needs_next() && i + 1 < words.size()) read.value = words[++i];
    if (read.known && read.value) said[read.options.back()->name] = *read.value;
  }
  for (const Option& option : globals) {
    if (const char* value = variable(option); value != nullptr) said.try_emplace(option.name, value);
  }
  try {
    for (const auto& [name, value] : read_context(said["--context"])) said.try_emplace("--" + name, value);
  } catch (const Error&) {
    // A file that cannot be read asks for nothing.
  }
  return said["--output"] == "json" || said["--log-format"] == "json";
}

}  // namespace acctl
