#include "completions/request.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "cli/target.hpp"
#include "provisioning/base/error.hpp"

namespace acctl {

namespace {

using Wants = CompletionRequest::Wants;

// Walks along the words before the unfinished one.
class Walk {
 public:
  Walk(const Command& root, Settings& settings) : settings_(settings) {
    request_.command = &root;
    load_options();
  }

  void take(const std::string& word) {
    if (pending_ != nullptr) {
      keep(*pending_, word);
      pending_ = nullptr;
    } else if (literal_) {
      request_.arguments.push_back(word);
    } else if (word == "--") {
      literal_ = true;
    } else if (word.starts_with("--")) {
      take_option(word);
    } else if (word.size() > 1 && word[0] == '-') {
      take_letters(word);
    } else {
      take_argument(word);
    }
  }

  CompletionRequest finish(const std::string& last) {
    if (pending_ != nullptr) {
      want_value(pending_->value, pending_->values, list_choices(*pending_), last);
    } else if (!literal_ && last.starts_with("--") && last.find('=') != std::string::npos) {
      const std::size_t equals = last.find('=');
      request_.before = last.substr(0, equals + 1);
      const Option* option = find(last.substr(0, equals));
      if (option != nullptr && !option->value.empty()) {
        want_value(option->value, option->values, list_choices(*option), last.substr(equals + 1));
      }
    } else if (!literal_ && last.starts_with('-')) {
      request_.wants = Wants::options;
      request_.typed = last;
    } else if (request_.helping || !request_.command->subcommands.empty()) {
      request_.wants = Wants::commands;
      request_.typed = last;
    } else {
      want_argument(last);
    }
    return std::move(request_);
  }

 private:
  static std::vector<std::string> list_choices(const Option& option) {
    return option.choices.empty() ? option.suggestions : option.choices;
  }

  void load_options() {
    request_.options = global_options(settings_, *request_.command);
    const std::vector<Option>& own = request_.command->options;
    request_.options.insert(request_.options.end(), own.begin(), own.end());
  }

  const Option* find(const std::string& name) const {
    const auto found = std::ranges::find(request_.options, name, &Option::name);
    return found == request_.options.end() ? nullptr : &*found;
  }

  // The values of global options say where to ask for others; what is wrong with one is for the command to say.
  void keep(const Option& option, const std::string& value) {
    given_.push_back({option.name, value});
    std::vector<std::string> values;
    for (const auto& [name, each] : given_) {
      if (name == option.name) values.push_back(each);
    }
    try {
      fill_target(option.name, option.target, make_demands(option), values);
      request_.given.insert(option.name);
    } catch (const Error&) {
      given_.pop_back();
    }
  }

  void take_option(const std::string& word) {
    const std::size_t equals = word.find('=');
    const Option* option = find(word.substr(0, equals));
    if (option == nullptr || option->value.empty()) return;
    if (equals == std::string::npos) {
      pending_ = option;
    } else {
      keep(*option, word.substr(equals + 1));
    }
  }

  // "-qo", "-ojson", "-o=json"
  void take_letters(const std::string& word) {
    for (std::size_t at = 1; at < word.size(); ++at) {
      const auto option = std::ranges::find(request_.options, word[at], &Option::letter);
      if (option == request_.options.end()) return;
      if (option->value.empty()) continue;
      const std::string rest = word.substr(at + 1);
      if (rest.empty()) {
        pending_ = &*option;
      } else {
        keep(*option, rest.starts_with('=') ? rest.substr(1) : rest);
      }
      return;
    }
  }

  void take_argument(const std::string& word) {
    const std::vector<Command>& known = request_.command->subcommands;
    const auto found = std::ranges::find(known, word, &Command::name);
    if (found == known.end()) {
      request_.arguments.push_back(word);
    } else if (!request_.helping && found->name == "help" && found->subcommands.empty()) {
      request_.helping = true;  // what follows are the words of a command
    } else {
      request_.command = &*found;
      load_options();
    }
  }

  void want_argument(const std::string& last) {
    const std::vector<Argument>& known = request_.command->arguments;
    for (std::size_t at = 0; at < known.size(); ++at) {
      const Argument& argument = known[at];
      // Where one of many ends and the next one starts cannot be told while it is typed.
      const bool many = std::holds_alternative<std::vector<std::string>*>(argument.target);
      if (at != request_.arguments.size() && !many) continue;
      if (at < request_.arguments.size() && at + 1 < known.size()) {
        request_.otherwise = choose_values(known[at + 1].name, known[at + 1].values);
      }
      return want_value(argument.name, argument.values, argument.choices, last);
    }
  }

  void want_value(const std::string& placeholder, Values values, std::vector<std::string> choices,
                  const std::string& typed) {
    request_.wants = Wants::value;
    request_.values = choose_values(placeholder, values);
    request_.choices = std::move(choices);
    // "roles,te": the items before the last comma stay.
    const bool is_list = placeholder.find(",…") != std::string::npos;
    const std::size_t item = is_list ? typed.rfind(',') + 1 : 0;
    request_.before += typed.substr(0, item);
    request_.typed = typed.substr(item);
  }

  Settings& settings_;
  CompletionRequest request_;
  const Option* pending_ = nullptr;  // waits for its value
  bool literal_ = false;             // behind --
  std::vector<std::pair<std::string, std::string>> given_;
};

std::vector<Candidate> command_candidates(const CompletionRequest& request, const Command& root,
                                          const LiveValues& live) {
  std::vector<Candidate> all;
  for (const Command& command : request.command->subcommands) {
    all.push_back({command.name, command.summary});
  }
  if (request.helping && request.command == &root) {
    for (Candidate& topic : live(Values::topics, request.typed)) all.push_back(std::move(topic));
  }
  return all;
}

std::vector<Candidate> option_candidates(const CompletionRequest& request) {
  std::vector<Candidate> all;
  for (const Option& option : request.options) all.push_back({option.name, option.help});
  all.push_back({"--help", "show help for the command"});
  std::ranges::sort(all, {}, &Candidate::word);
  return all;
}

}  // namespace

Values choose_values(const std::string& placeholder, Values declared) {
  if (declared != Values::text) return declared;
  static const std::map<std::string, Values, std::less<>> sources = {{"CONTEXT", Values::contexts},
                                                                     {"DIR", Values::file},
                                                                     {"EMAIL", Values::users},
                                                                     {"ENTERPRISE", Values::enterprises},
                                                                     {"FILE", Values::file},
                                                                     {"FOLDER", Values::file},
                                                                     {"KIND", Values::kinds},
                                                                     {"KIND/KEY", Values::objects},
                                                                     {"KIND[.FIELD]", Values::kinds},
                                                                     {"PACK", Values::packs},
                                                                     {"PAGE", Values::pages},
                                                                     {"PATH", Values::file},
                                                                     {"PERMISSION", Values::permissions},
                                                                     {"PERMISSION[:LEVEL]", Values::permissions},
                                                                     {"PLAN", Values::plans},
                                                                     {"PLANFILE", Values::file},
                                                                     {"REGION", Values::regions},
                                                                     {"ROLE", Values::roles},
                                                                     {"RUN", Values::runs},
                                                                     {"SERVER", Values::servers},
                                                                     {"SLUG", Values::tenants},
                                                                     {"TEAM", Values::teams},
                                                                     {"TEMPLATE", Values::role_templates}};
  const auto found = sources.find(placeholder.substr(0, placeholder.find(",…")));
  return found == sources.end() ? Values::text : found->second;
}

CompletionRequest read_completion(const Command& root, Settings& settings, const std::vector<std::string>& words) {
  Walk walk(root, settings);
  for (std::size_t i = 0; i + 1 < words.size(); ++i) walk.take(words[i]);
  return walk.finish(words.empty() ? "" : words.back());
}

std::vector<Candidate> find_candidates(const Command& root, const CompletionRequest& request, const LiveValues& live) {
  std::vector<Candidate> all;
  switch (request.wants) {
    case Wants::nothing:
      break;
    case Wants::commands:
      all = command_candidates(request, root, live);
      break;
    case Wants::options:
      all = option_candidates(request);
      break;
    case Wants::value:
      for (const std::string& choice : request.choices) all.push_back({choice});
      if (request.choices.empty()) all = live(request.values, request.typed);
      if (request.otherwise != Values::text)
        std::ranges::move(live(request.otherwise, request.typed), std::back_inserter(all));
      break;
  }
  std::erase_if(all, [&](const Candidate& candidate) { return !candidate.word.starts_with(request.typed); });
  for (Candidate& candidate : all) candidate.word.insert(0, request.before);
  return all;
}

}  // namespace acctl
