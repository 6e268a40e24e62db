#include "completions/completions.hpp"
#include "completions/tables.hpp"

namespace acctl {

namespace {

// `words`, `PREFIX` and `CURRENT` are given by the completion system; `commands`, `options` and `path` are special
// parameters of zsh and must not be names here.
constexpr const char* engine = R"zsh(_acctl_offer() {
  local -a candidates
  case $value in
    'choice '*)
      candidates=(${(s: :)${value#choice }})
      _wanted values expl value compadd -a candidates
      ;;
    tenants)
      candidates=(${(f)"$(_call_program tenants acctl tenant list -o name 2>/dev/null)"})
      _wanted tenants expl tenant compadd -a candidates
      ;;
    file) _files ;;
    text) _message value ;;
  esac
}

_acctl() {
  local place='' value='' option='' helping='' literal='' word expl
  local -a verbs flags
  local -i argument=0
  for word in "${(@)words[2,CURRENT-1]}"; do
    if [[ -n $option ]]; then
      option=''
    elif [[ -n $literal ]]; then
      argument+=1
    elif [[ $word == -- ]]; then
      literal=1
    elif [[ $word == -* ]]; then
      _acctl_option_value "$place" "$word"
      if [[ -n $value ]] option=$word
    else
      _acctl_commands "$place"
      if [[ -z $place && $word == help ]]; then
        helping=1 # what follows are the words of a command
      elif (( ${verbs[(I)${(b)word}:*]} )); then
        place+=" $word"
      else
        argument+=1
      fi
    fi
  done

  if [[ -n $option ]]; then
    _acctl_option_value "$place" "$option"
    _acctl_offer
  elif [[ -z $literal && $PREFIX == --*=* ]]; then
    _acctl_option_value "$place" "${PREFIX%%=*}"
    compset -P 1 '*='
    _acctl_offer
  elif [[ -z $literal && $PREFIX == -* ]]; then
    _acctl_options "$place"
    _describe -o option flags
  else
    _acctl_commands "$place"
    if [[ -n $helping && -z $place ]] verbs+=('exit-codes:what the exit codes mean')
    if [[ -n $helping ]] || (( $#verbs )); then
      _describe command verbs
    else
      _acctl_argument_value "$place" "$argument"
      _acctl_offer
    fi
  fi
}

if [[ $funcstack[1] == _acctl ]]; then
  _acctl "$@"
else
  compdef _acctl acctl
fi
)zsh";

// As _describe takes them: 'word:help'. A backslash or a colon in the help is taken literally.
std::string described(const std::vector<Candidate>& candidates) {
  std::string code;
  for (const Candidate& candidate : candidates) {
    code += "\n        " + single_quoted(replaced(candidate.word, ":", "\\:") + ":" + candidate.help);
  }
  return code + "\n      ";
}

std::string offers(const std::string& name, const std::string& variable, const std::vector<Candidate>& otherwise,
                   const std::vector<Offer>& all) {
  std::string code = name + "() {\n  " + variable + "=(" + (otherwise.empty() ? "" : described(otherwise)) + ")\n";
  code += "  case $1 in\n";
  for (const Offer& offer : all) {
    code += "    " + single_quoted(offer.place) + ")\n      " + variable + "+=(" + described(offer.candidates) +
            ")\n      ;;\n";
  }
  return code + "  esac\n}\n\n";
}

}  // namespace

std::string zsh_completion(const Command& root) {
  const CompletionTables tables = completion_tables(root);
  return "#compdef acctl\n# Completion of acctl for zsh, made by: acctl completion zsh\n\n" +
         offers("_acctl_commands", "verbs", {}, tables.commands) +
         offers("_acctl_options", "flags", tables.global_options, tables.options) +
         posix_value_function("_acctl_option_value", tables.option_values) +
         posix_value_function("_acctl_argument_value", tables.argument_values) + engine;
}

}  // namespace acctl
