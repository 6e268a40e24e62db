#include "completions/completions.hpp"

namespace acctl {

namespace {

constexpr std::string_view bash_script = R"bash(# Completion of acctl for bash, made by: acctl completion bash
# shellcheck shell=bash

_acctl() {
  local word kept='' candidate
  local -a words=() candidates=()
  local -i i
  COMPREPLY=()
  # readline takes --output=json for three words, and plan=pro; here each is one.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if ((${#words[@]} > 0)) && [[ ($word == [=:]* || ${words[-1]} == *[=:]) && $COMP_WORDBREAKS == *=* &&
      $COMP_LINE == *"${words[-1]}$word"* ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
  done
  words=("${words[@]//\\/}") # as they are typed, with what keeps the shell from reading them
  word=${words[-1]}
  # What stands before the last = or : is no part of the word that readline replaces.
  if [[ $COMP_WORDBREAKS == *=* && $word == *[=:]* ]]; then kept=${word%"${word##*[=:]}"}; fi
  mapfile -t candidates < <(acctl __complete "${words[@]}" 2>/dev/null)
  for candidate in "${candidates[@]}"; do
    candidate=${candidate%%$'\t'*}
    candidate=${candidate#"$kept"}
    if [[ $candidate == *[!A-Za-z0-9_@%+=:,./~-]* ]]; then printf -v candidate %q "$candidate"; fi
    COMPREPLY+=("$candidate")
  done
  # A folder, a key or an operator is not the end of a word.
  if ((${#COMPREPLY[@]} == 1)) && [[ ${COMPREPLY[0]} == *[=/.\<\>] ]]; then compopt -o nospace 2>/dev/null; fi
}

complete -o nosort -F _acctl acctl
)bash";

// `words` and `CURRENT` are given by the completion system; `path`, `commands` and `options` are special parameters of
// zsh and must not be names here.
constexpr std::string_view zsh_script = R"zsh(#compdef acctl
# Completion of acctl for zsh, made by: acctl completion zsh

_acctl() {
  local line
  local -a ends opens endings openings
  local -a typed=("${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}")
  for line in "${(@f)$(_call_program candidates acctl __complete "${(@q)typed}" 2>/dev/null)}"; do
    if [[ -z $line ]] continue
    # A folder, a key or an operator is not the end of a word.
    if [[ ${line%%$'\t'*} == *[=/.\<\>] ]]; then
      opens+=("${line%%$'\t'*}")
      openings+=("${line/$'\t'/  -- }")
    else
      ends+=("${line%%$'\t'*}")
      endings+=("${line/$'\t'/  -- }")
    fi
  done
  if (( $#ends )) compadd -V candidates -l -d endings -a ends
  if (( $#opens )) compadd -V candidates -l -d openings -S '' -a opens
  (( $#ends + $#opens ))
}

if [[ $funcstack[1] == _acctl ]]; then
  _acctl "$@"
else
  compdef _acctl acctl
fi
)zsh";

constexpr std::string_view fish_script = R"fish(# Completion of acctl for fish, made by: acctl completion fish

function __acctl_complete
    set -l words (commandline -opc)
    acctl __complete $words[2..] (commandline -ct) 2>/dev/null
end

complete -c acctl -f -k -a '(__acctl_complete)'
)fish";

}  // namespace

std::string_view completion_script(std::string_view shell) {
  if (shell == "bash") return bash_script;
  return shell == "zsh" ? zsh_script : fish_script;
}

}  // namespace acctl
