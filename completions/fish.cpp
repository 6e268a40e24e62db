#include "completions/completions.hpp"
#include "completions/tables.hpp"

namespace acctl {

namespace {

using Wildcard = ValueRule::Wildcard;

constexpr const char* engine = R"fish(function __acctl_offer --argument-names value prefix current
    switch $value
        case 'choice *'
            printf "$prefix%s\n" (string split ' ' -- $value)[2..]
        case tenants
            printf "$prefix%s\n" (acctl tenant list -o name 2>/dev/null)
        case file
            printf "$prefix%s\n" (__fish_complete_path $current)
    end
end

function __acctl_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l place ''
    set -l option ''
    set -l helping ''
    set -l literal ''
    set -l argument 0
    for word in $words[2..]
        if test -n "$option"
            set option ''
        else if test -n "$literal"
            set argument (math $argument + 1)
        else if test "x$word" = x--
            set literal 1
        else if string match -q -- '-*' $word
            if test -n "$(__acctl_option_value $place $word)"
                set option $word
            end
        else if test "$place$word" = help
            set helping 1 # what follows are the words of a command
        else if contains -- $word (__acctl_commands $place | string replace -r '\t.*' '')
            set place "$place $word"
        else
            set argument (math $argument + 1)
        end
    end

    if test -n "$option"
        __acctl_offer "$(__acctl_option_value $place $option)" '' $current
    else if test -z "$literal"; and string match -q -- '--*=*' $current
        set -l parts (string split -m 1 = -- $current)
        __acctl_offer "$(__acctl_option_value $place $parts[1])" "$parts[1]=" "$parts[2]"
    else if test -z "$literal"; and string match -q -- '-*' $current
        __acctl_options $place
    else
        set -l commands (__acctl_commands $place)
        if test "$helping$place" = 1
            set -a commands exit-codes\t'what the exit codes mean'
        end
        if test -n "$helping" -o (count $commands) -gt 0
            printf '%s\n' $commands
        else
            __acctl_offer "$(__acctl_argument_value $place $argument)" '' $current
        end
    end
end

complete -c acctl -f -a '(__acctl_complete)'
)fish";

std::string quoted(const std::string& text) { return "'" + replaced(replaced(text, "\\", "\\\\"), "'", "\\'") + "'"; }

std::string described(const std::vector<Candidate>& candidates, const std::string& indent) {
  std::string code;
  for (const Candidate& candidate : candidates) {
    code += indent + "printf '%s\\t%s\\n' " + quoted(candidate.word) + " " + quoted(candidate.help) + "\n";
  }
  return code;
}

std::string offers(const std::string& name, const std::vector<Candidate>& always, const std::vector<Offer>& all) {
  std::string code = "function " + name + "\n" + described(always, "    ") + "    switch $argv[1]\n";
  for (const Offer& offer : all) {
    code += "        case " + quoted(offer.place) + "\n" + described(offer.candidates, "            ");
  }
  return code + "    end\nend\n\n";
}

std::string value_function(const std::string& name, const std::vector<ValueRule>& rules) {
  std::string code = "function " + name + "\n    switch \"$argv[1] $argv[2]\"\n";
  for (const ValueRule& rule : rules) {
    code += "        case";
    for (const ValueRule::Pattern& pattern : rule.patterns) {
      // fish takes a wildcard of a case for one inside quotes, too.
      code += " " + quoted((pattern.wildcard == Wildcard::before ? "*" : "") + pattern.text +
                           (pattern.wildcard == Wildcard::after ? "*" : ""));
    }
    code += "\n            echo " + quoted(rule.value) + "\n";
  }
  return code + "    end\nend\n\n";
}

}  // namespace

std::string fish_completion(const Command& root) {
  const CompletionTables tables = completion_tables(root);
  return "# Completion of acctl for fish, made by: acctl completion fish\n\n" +
         offers("__acctl_commands", {}, tables.commands) +
         offers("__acctl_options", tables.global_options, tables.options) +
         value_function("__acctl_option_value", tables.option_values) +
         value_function("__acctl_argument_value", tables.argument_values) + engine;
}

}  // namespace acctl
