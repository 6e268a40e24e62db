// A command declared in one breath. Arguments and options name members of the options struct that its run is given, so
// that nobody has to keep the struct alive:
//
//   return command<DeleteRoles>("delete", "delete roles", run)
//       .describe(R"(Deletes roles that nobody holds.)")
//       .argument("ROLE...", "keys of the roles", &DeleteRoles::keys)
//       .option("--reassign-to ROLE", "give the holders this role instead", &DeleteRoles::reassign_to)
//       .with(direct_edit_options, &DeleteRoles::edit)
//       .example("acctl role delete triage -t acme", "Show the plan and prompt.");
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "cli/command.hpp"

namespace acctl {

// Text as it stands in a source: a line break becomes a space, an empty line ends a paragraph, a line that begins with
// a space stays a line of its own.
std::string flowed(std::string_view text);

template <class Options>
class CommandBuilder {
 public:
  template <class Result>
  CommandBuilder(std::string name, std::string summary, Result (*run)(Session&, const Options&)) {
    const auto options = std::make_shared<Options>();
    options_ = options.get();
    command_.name = std::move(name);
    command_.summary = std::move(summary);
    command_.storage = options;
    command_.options.reserve(usual_options);
    command_.run = [options = options_, run](Session& session) {
      if constexpr (!std::is_void_v<Result>) return run(session, *options);
      run(session, *options);
      return 0;
    };
  }

  CommandBuilder& describe(std::string_view text) {
    command_.description = flowed(text);
    return *this;
  }

  template <class Member>
  CommandBuilder& argument(std::string_view form, std::string_view help, Member member) {
    return add(parse_argument(form, help, &(options_->*member)));
  }

  template <class Member>
  CommandBuilder& option(std::string_view form, std::string_view help, Member member) {
    return add(parse_option(form, help, &(options_->*member)));
  }

  // What several commands share: make(members...) gives an Argument, an Option or several of them.
  template <class Make, class... Members>
  CommandBuilder& with(Make make, Members... members) {
    return add(make(options_->*members...));
  }

  // Of the option or argument before.
  CommandBuilder& required() {
    is_option_ ? command_.options.back().required = true : command_.arguments.back().required = true;
    return *this;
  }
  CommandBuilder& choices(std::vector<std::string> all) {
    (is_option_ ? command_.options.back().choices : command_.arguments.back().choices) = std::move(all);
    return *this;
  }
  CommandBuilder& values(Values values) {
    (is_option_ ? command_.options.back().values : command_.arguments.back().values) = values;
    return *this;
  }
  // Of the option before.
  CommandBuilder& suggestions(std::vector<std::string> some) {
    command_.options.back().suggestions = std::move(some);
    return *this;
  }
  CommandBuilder& clears() {  // '' takes the value away
    command_.options.back().clears = true;
    return *this;
  }
  CommandBuilder& longest(std::size_t characters) {
    command_.options.back().longest = characters;
    return *this;
  }

  CommandBuilder& example(std::string line, std::string what) {
    command_.examples.push_back({std::move(line), std::move(what)});
    return *this;
  }
  CommandBuilder& formats(std::vector<std::string> more) {
    command_.formats = std::move(more);
    return *this;
  }
  CommandBuilder& exits(int code, std::string meaning) {
    command_.exits.push_back({code, std::move(meaning)});
    return *this;
  }
  CommandBuilder& trail(Trail trail) {
    command_.trail = trail;
    return *this;
  }

  operator Command() { return std::move(command_); }  // NOLINT(google-explicit-constructor): it ends the declaration

 private:
  // Hardly a command has more; to move options into a larger place costs as much as to make them.
  static constexpr std::size_t usual_options = 16;

  CommandBuilder& add(Option option) {
    command_.options.push_back(std::move(option));
    is_option_ = true;
    return *this;
  }
  CommandBuilder& add(std::vector<Option> options) {
    for (Option& option : options) add(std::move(option));
    return *this;
  }
  CommandBuilder& add(Argument argument) {
    command_.arguments.push_back(std::move(argument));
    is_option_ = false;
    return *this;
  }

  Command command_;
  Options* options_;
  bool is_option_ = false;
};

// `run` returns the exit code, or nothing if it is 0 unless something is thrown.
template <class Options, class Result>
CommandBuilder<Options> command(std::string name, std::string summary, Result (*run)(Session&, const Options&)) {
  return {std::move(name), std::move(summary), run};
}

// Of a command that takes nothing of its own.
struct NoOptions {};

// A noun: a command that only groups others. They are made on demand: help that lists the nouns needs none of them.
Command command_group(std::string name, std::string summary, std::string_view description,
                      std::vector<Command (*)()> verbs);
Command with_subcommands(Command command);

}  // namespace acctl
