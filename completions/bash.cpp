#include "completions/completions.hpp"
#include "completions/tables.hpp"

namespace acctl {

namespace {

constexpr const char* engine = R"bash(_acctl_offer() {
  local -a candidates=()
  local candidate
  case $value in
    'choice '*) IFS=' ' read -r -a candidates <<<"${value#choice }" ;;
    tenants) mapfile -t candidates < <(acctl tenant list -o name 2>/dev/null) ;;
    file)
      compopt -o filenames 2>/dev/null
      mapfile -t candidates < <(compgen -f -- "$current")
      ;;
  esac
  for candidate in "${candidates[@]}"; do
    if [[ $candidate == "$current"* ]]; then COMPREPLY+=("$prefix$candidate"); fi
  done
}

_acctl() {
  local place='' value='' commands='' options='' option='' helping='' literal='' prefix='' current='' word
  local -a words=()
  local -i i argument=0
  COMPREPLY=()
  # readline takes --output=json for three words; here it is one.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if ((${#words[@]} > 0)) && [[ (${words[-1]} == --* && $word == '=') || ${words[-1]} == --*= ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
  done
  current=${words[-1]}
  unset 'words[-1]'

  for word in "${words[@]}"; do
    if [[ -n $option ]]; then
      option=''
    elif [[ -n $literal ]]; then
      argument+=1
    elif [[ $word == -- ]]; then
      literal=1
    elif [[ $word == -* ]]; then
      _acctl_option_value "$place" "$word"
      if [[ -n $value ]]; then option=$word; fi
    else
      _acctl_commands "$place"
      if [[ -z $place && $word == help ]]; then
        helping=1 # what follows are the words of a command
      elif [[ " $commands " == *" $word "* ]]; then
        place+=" $word"
      else
        argument+=1
      fi
    fi
  done

  if [[ -n $option ]]; then
    _acctl_option_value "$place" "$option"
  elif [[ -z $literal && $current == --*=* ]]; then
    _acctl_option_value "$place" "${current%%=*}"
    if [[ $COMP_WORDBREAKS != *=* ]]; then prefix="${current%%=*}="; fi
    current=${current#*=}
  elif [[ -z $literal && $current == -* ]]; then
    _acctl_options "$place"
    value="choice $options"
  else
    _acctl_commands "$place"
    if [[ -n $helping && -z $place ]]; then commands+=' exit-codes'; fi
    if [[ -n $commands || -n $helping ]]; then
      value="choice $commands"
    else
      _acctl_argument_value "$place" "$argument"
    fi
  fi
  _acctl_offer
}

complete -F _acctl acctl
)bash";

std::string words_of(const std::vector<Candidate>& candidates) {
  std::string words;
  for (const Candidate& candidate : candidates) words += (words.empty() ? "" : " ") + candidate.word;
  return words;
}

std::string offers(const std::string& variable, const std::string& otherwise, const std::vector<Offer>& all) {
  std::string code = "_acctl_" + variable + "() {\n  " + variable + "=" + single_quoted(otherwise) + "\n";
  code += "  case $1 in\n";
  for (const Offer& offer : all) {
    std::string words = words_of(offer.candidates);
    if (!otherwise.empty()) words.insert(0, " ");
    code += "    " + single_quoted(offer.place) + ") " + variable + "+=" + single_quoted(words) + " ;;\n";
  }
  return code + "  esac\n}\n\n";
}

}  // namespace

std::string bash_completion(const Command& root) {
  const CompletionTables tables = completion_tables(root);
  return "# Completion of acctl for bash, made by: acctl completion bash\n# shellcheck shell=bash\n\n" +
         offers("commands", "", tables.commands) + offers("options", words_of(tables.global_options), tables.options) +
         posix_value_function("_acctl_option_value", tables.option_values) +
         posix_value_function("_acctl_argument_value", tables.argument_values) + engine;
}

}  // namespace acctl
