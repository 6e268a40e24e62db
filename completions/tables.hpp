// Completion tables hold the command tree in the form in which the scripts of all three shells look it up.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace acctl {

struct Candidate {
  std::string word;
  std::string help;
};

// What is offered at a place, the words of a command with a space before each: " tenant create"; "" is acctl itself.
struct Offer {
  std::string place;
  std::vector<Candidate> candidates;
};

// How a value is completed: "choice a b c", "file", "tenants", or "text" if nothing can be offered.
struct ValueRule {
  enum class Wildcard { none, before, after };
  struct Pattern {
    std::string text;  // a place, a space, then an option or the number of an argument
    Wildcard wildcard = Wildcard::none;
  };
  std::vector<Pattern> patterns;
  std::string value;
};

struct CompletionTables {
  std::vector<Offer> commands;
  std::vector<Offer> options;             // beside the global ones
  std::vector<Candidate> global_options;  // after any command
  std::vector<ValueRule> option_values;   // switches have none
  std::vector<ValueRule> argument_values;
};

CompletionTables completion_tables(const Command& root);

// `text` with each of `from` replaced.
std::string replaced(std::string text, const std::string& from, const std::string& to);

// The table functions of bash and zsh, whose case statements are alike.
std::string posix_value_function(const std::string& name, const std::vector<ValueRule>& rules);

// `text` in the single quotes of bash and zsh.
std::string single_quoted(const std::string& text);

}  // namespace acctl
