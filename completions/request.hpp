// What an unfinished command line leaves open, and which words could stand there.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/settings.hpp"

namespace acctl {

struct Candidate {
  std::string word;
  std::string help = {};  // one line; "" for none
};

// Where values come from that the command tree does not know: all that begin with `prefix`, or more of them.
using LiveValues = std::function<std::vector<Candidate>(Values source, const std::string& prefix)>;

struct CompletionRequest {
  enum class Wants { nothing, commands, options, value };
  Wants wants = Wants::nothing;
  const Command* command = nullptr;      // the last one that the words name; never null
  std::string before;                    // of the last word what stays as it is: "--output=", "roles,"
  std::string typed;                     // what is to be completed
  Values values = Values::text;          // of a value
  Values otherwise = Values::text;       // another source of it: behind one of many, the argument that follows them
  std::vector<std::string> arguments{};  // that stand before it
  std::vector<std::string> choices = {};
  bool helping = false;           // the words of a command, as an argument of help
  std::vector<Option> options{};  // that the command takes, with the global ones
  std::set<std::string> given{};  // those that stand on the line with a value, by name
};

// Reads the words (argv without the program), of which the last is unfinished. The values of global options go to
// `settings`, as far as they are valid; options() of the request point there, too.
CompletionRequest read_completion(const Command& root, Settings& settings, const std::vector<std::string>& words);

// The whole words that could stand for the last one, in the order in which they are to be shown.
std::vector<Candidate> find_candidates(const Command& root, const CompletionRequest& request, const LiveValues& live);

// The source of values that an option or argument declares, else the one that its placeholder names: "ROLE", "EMAIL".
Values choose_values(const std::string& placeholder, Values declared);

// The entries of the folder that `prefix` leads into, as far as they begin like it; folders end with a slash.
std::vector<Candidate> list_file_names(const std::string& prefix);

}  // namespace acctl
