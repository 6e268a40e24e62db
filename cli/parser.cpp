#include "cli/parser.hpp"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdlib>

#include "cli/configuration.hpp"
#include "provisioning/model/error.hpp"
#include "provisioning/model/suggest.hpp"

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

void fill(const std::string& name, const Target& target, const std::vector<std::string>& choices,
          const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    if (!std::holds_alternative<bool*>(target)) check_choice(name, choices, value);
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

const Option* option_of_word(const std::vector<Option>& options, const std::string& word) {
  for (const Option& option : options) {
    if (word == option.name || (option.letter != 0 && word == std::string("-") + option.letter)) return &option;
  }
  return nullptr;
}

const Command* subcommand(const Command& command, const std::string& name) {
  const auto found = std::ranges::find(command.subcommands, name, &Command::name);
  return found == command.subcommands.end() ? nullptr : &*found;
}

// Takes the words that name the command out of `words`. Global options may stand between them.
Parsed descend(const Command& root, const std::vector<Option>& globals, std::vector<std::string>& words) {
  Parsed parsed{.command = &root};
  for (std::size_t i = 0; i < words.size() && !parsed.command->subcommands.empty();) {
    const std::string& word = words[i];
    if (word == "--") break;
    if (word.starts_with('-')) {
      const Option* option = option_of_word(globals, word);
      i += option != nullptr && !option->value.empty() ? 2 : 1;
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

std::string option_names(const Option& option) {
  return (option.letter != 0 ? std::string("-") + option.letter + "," : std::string()) + option.name;
}

// The environment first, then the context of the configuration file.
void fill_from_surroundings(const std::vector<Option>& globals, const std::map<std::string, bool>& given,
                            const Settings& settings) {
  for (const Option& option : globals) {
    if (given.at(option.name) || option.environment.empty()) continue;
    const char* value = std::getenv(option.environment.c_str());
    if (value != nullptr && *value != '\0') fill(option.environment, option.target, option.choices, {value});
  }
  const auto context = read_context(settings.context);
  for (const Option& option : globals) {
    const bool variable = !option.environment.empty() && std::getenv(option.environment.c_str()) != nullptr;
    const auto entry = context.find(option.name.substr(2));
    if (!given.at(option.name) && !variable && entry != context.end()) {
      fill("configuration: " + entry->first, option.target, option.choices, {entry->second});
    }
  }
}

}  // namespace

Parsed parse(const Command& root, Settings& settings, const std::vector<std::string>& all_words) {
  const std::vector<Option> globals = global_options(settings);
  std::vector<std::string> words = all_words;
  Parsed parsed = descend(root, globals, words);
  const Command& command = *parsed.command;

  CLI::App app;
  app.set_help_flag("-h,--help", "");
  std::vector<std::pair<const Option*, CLI::Option*>> options;
  for (const auto* group : {&globals, &command.options}) {
    for (const Option& option : *group) {
      auto* added = option.value.empty() ? app.add_flag(option_names(option)) : app.add_option(option_names(option));
      if (!option.value.empty()) added->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
      options.emplace_back(&option, added);
    }
  }
  std::vector<CLI::Option*> arguments;
  for (const Argument& argument : command.arguments) {
    auto* added = app.add_option(argument.name);
    if (takes_many(argument.target)) added->expected(-1);
    arguments.push_back(added);
  }
  try {
    std::reverse(words.begin(), words.end());  // CLI11 takes the words from the back
    app.parse(words);
  } catch (const CLI::CallForHelp&) {
    parsed.help = true;
    return parsed;
  } catch (const CLI::ExtrasError&) {
    const std::string word = app.remaining().empty() ? "" : app.remaining().front();
    std::vector<std::string> names;
    for (const auto& [option, added] : options) names.push_back(option->name);
    refuse(parsed.path, word.starts_with('-') ? "there is no option '" + word + "'" + did_you_mean(word, names)
                                              : "'" + word + "' is one argument too many");
  } catch (const CLI::ParseError& error) {
    refuse(parsed.path, error.what());
  }
  if (!command.run) {
    parsed.help = true;
    return parsed;
  }

  std::map<std::string, bool> given;
  for (const auto& [option, added] : options) {
    given[option->name] = added->count() > 0;
    if (added->count() == 0) {
      if (option->required) refuse(parsed.path, option->name + " " + option->value + " is missing");
      continue;
    }
    const std::vector<std::string> values = option->value.empty() ? std::vector<std::string>() : added->results();
    if (values.size() > 1 && !takes_many(option->target)) refuse(parsed.path, option->name + " is given twice");
    fill(option->name, option->target, option->choices, values);
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Argument& argument = command.arguments[i];
    if (arguments[i]->count() > 0) {
      fill(argument.name, argument.target, argument.choices, arguments[i]->results());
    } else if (argument.required) {
      refuse(parsed.path, argument.name + " is missing");
    }
  }
  fill_from_surroundings(globals, given, settings);
  return parsed;
}

}  // namespace acctl
