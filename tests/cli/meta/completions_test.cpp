// The completion scripts in the shells they are for, with the real acctl behind them.
#include "completions/completions.hpp"

#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "cli/app.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::Command;
using acctl::completion_script;
using acctl::test::check_ended;
using acctl::test::Result;
using acctl::test::run_program;
using acctl::test::TemporaryFolder;
using acctl::test::TenantFixture;
using Words = std::set<std::string>;

namespace {

void write(const std::string& path, std::string_view text) { std::ofstream(path) << text; }

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

// A line as readline hands it to bash: a word more after a space at the end, and `=` and `:` words of their own.
std::vector<std::string> readline_words(const std::string& line) {
  std::vector<std::string> words = {""};
  bool mark = false;
  for (const char c : line) {
    const bool is_mark = c == '=' || c == ':';
    if (c == ' ' || (is_mark != mark && !words.back().empty())) words.emplace_back();
    mark = is_mark;
    if (c != ' ') words.back() += c;
  }
  return words;
}

// The script of one shell, a platform with two tenants, and a folder with two files and a folder.
class Shell {
 public:
  explicit Shell(const TenantFixture& desk) : desk_(desk) {
    std::filesystem::create_directories(folder_.path() + "/bin");
    std::filesystem::create_directories(folder_.path() + "/work/plans");
    std::filesystem::create_symlink(acctl::test::program_path(), folder_.path() + "/bin/acctl");
    write(folder_.path() + "/work/notes.yaml", "");
    write(folder_.path() + "/work/two words.csv", "");
  }
  virtual ~Shell() = default;
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  // What is offered for the last word of `line`, without what stands before the `=` of an option.
  Words operator()(const std::string& line) const {
    Words words;
    for (const std::string& candidate : split(lines(line), '\n')) {
      std::string word = candidate.substr(0, candidate.find('\t'));
      if (word.starts_with("--")) word = word.substr(word.find('=') == std::string::npos ? 0 : word.find('=') + 1);
      if (!word.empty()) words.insert(word);
    }
    return words;
  }

  // A line for each candidate. On a machine that is too busy to give them in time there are none, so that is asked
  // again.
  std::string lines(const std::string& line) const {
    std::string all;
    acctl::test::eventually([&] { return contains_word(all = offers(line)); }, std::chrono::minutes(1));
    return all;
  }

  bool offers_nothing(const std::string& line) const { return !contains_word(offers(line)); }

 protected:
  virtual std::string offers(const std::string& line) const = 0;

  std::string path(const std::string& file) const { return folder_.path() + "/" + file; }

  std::string run(std::vector<std::string> words) const {
    const char* path_variable = std::getenv("PATH");
    words.insert(words.begin(), {"sh", "-c", "cd \"$0\" && exec \"$@\"", folder_.path() + "/work"});
    std::map<std::string, std::string> environment = desk_.acctl.acctl.environment;
    environment["PATH"] = folder_.path() + "/bin:" + path_variable;
    environment["HOME"] = folder_.path();
    environment["TERM"] = "dumb";
    environment["LC_ALL"] = "C.UTF-8";
    const Result result = run_program({.words = std::move(words), .environment = environment, .input = ""});
    INFO(result.err);
    CHECK(result.status == 0);
    return result.out;
  }

 private:
  static bool contains_word(const std::string& lines) { return lines.find_first_not_of("\n") != std::string::npos; }

  const TenantFixture& desk_;
  TemporaryFolder folder_;
};

class Bash : public Shell {
 public:
  explicit Bash(const TenantFixture& desk) : Shell(desk) { write(path("script"), completion_script("bash")); }
  std::string offers(const std::string& line) const override {
    const std::string harness =
        "set -u; source \"$0\"; COMP_LINE=$1; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); "
        "COMP_WORDBREAKS=' =:'; _acctl; printf '%s\\n' \"${COMPREPLY[@]}\"";
    std::vector<std::string> words = {"bash", "--norc", "-c", harness, path("script"), line};
    for (const std::string& word : readline_words(line)) words.push_back(word);
    return run(words);
  }
};

// zsh completes only at its line editor, so one is run on a pseudo terminal, where what is about to be offered is
// written to a file.
class Zsh : public Shell {
 public:
  explicit Zsh(const TenantFixture& desk) : Shell(desk) {
    write(path("_acctl"), completion_script("zsh"));
    write(path("inner"), R"zsh(PROMPT=
LISTMAX=10000
fpath=($FOLDER $fpath)
autoload -Uz compinit
compinit -D -u
LISTMAX=1000
bindkey '^I' complete-word
zstyle ':completion:*' completer _complete
compadd() {
  local -a hits
  if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\ * ]]; then
    builtin compadd -A hits "$@"
    (( $#hits )) && print -rl -- ${(Q)hits} >> $FOLDER/hits
  fi
  builtin compadd "$@"
}
finish() { exit 0 }
comppostfuncs=(finish)
)zsh");
    write(path("outer"), R"zsh(zmodload zsh/zpty
zpty inner zsh -f -i
zpty -w inner "source $FOLDER/inner; echo re''ady"
zpty -r -m inner seen '*ready*'
zpty -w -n inner "$1"$'\t'
while zpty -r inner seen; do :; done
zpty -d inner
[[ ! -e $FOLDER/hits ]] || cat $FOLDER/hits
rm -f $FOLDER/hits
)zsh");
  }
  std::string offers(const std::string& line) const override {
    return run({"env", "FOLDER=" + path(""), "zsh", "-f", path("outer"), line});
  }
};

class Fish : public Shell {
 public:
  explicit Fish(const TenantFixture& desk) : Shell(desk) { write(path("script"), completion_script("fish")); }
  std::string offers(const std::string& line) const override {
    return run({"fish", "--no-config", "-c", "source $argv[1]; complete -C$argv[2]", path("script"), line});
  }
};

bool has(const Words& words, const std::string& word) { return words.contains(word); }

void check_words(const Shell& shell) {
  CHECK(shell("acctl ten") == Words{"tenant"});
  CHECK(shell("acctl -o json tenant --yes susp") == Words{"suspend"});
  CHECK(shell("acctl help tenant su") == Words{"suspend"});
  CHECK(shell("acctl help exi") == Words{"exit-codes"});
  CHECK(shell("acctl tenant show --par") == Words{"--parallel"});
  CHECK(shell.offers_nothing("acctl tenant show -- --par"));
  CHECK(has(shell("acctl tenant create x --"), "--admin-email"));
  CHECK(shell.offers_nothing("acctl tenant create --reason "));
  CHECK(shell.offers_nothing("acctl tenant create "));
  CHECK(shell("acctl tenant show -o js") == Words{"json", "jsonl"});
  CHECK(shell("acctl tenant show --output=cs") == Words{"csv"});
}

void check_files(const Shell& shell) {
  CHECK(shell("acctl plan --file no") == Words{"notes.yaml"});
  CHECK(shell("acctl plan -f pl") == Words{"plans/"});
  CHECK(shell("acctl plan --file=no") == Words{"notes.yaml"});
}

void check_live(const Shell& shell) {
  CHECK(shell("acctl tenant show ") == Words{"acme", "globex"});
  CHECK(shell("acctl user list -t gl") == Words{"globex"});
  CHECK(shell("acctl user list --tenant=gl") == Words{"globex"});
  CHECK(shell("acctl tenant list --match pla") == Words{"plan="});
  CHECK(has(shell("acctl user show -t acme be"), "bea@acme.example"));
  CHECK(has(shell("acctl role show -t acme "), "support-agent"));
  CHECK(shell("acctl plan --only role") == Words{"role_templates", "roles"});
}

void check_all(const Shell& shell) {
  check_words(shell);
  check_files(shell);
  check_live(shell);
}

// Checks without running it that the shell takes `script`.
void check_syntax(const std::vector<std::string>& checker, std::string_view script) {
  const TemporaryFolder folder;
  write(folder.path() + "/script", script);
  std::vector<std::string> words = checker;
  words.push_back(folder.path() + "/script");
  const Result result = run_program(
      {.words = words, .environment = {{"PATH", std::getenv("PATH")}, {"HOME", folder.path()}}, .input = ""});
  INFO(checker[0] << ": " << result.out << result.err);
  CHECK(result.status == 0);
}

struct Desk : TenantFixture {
  Desk() {
    acctl.create("globex");
    check_ended((*this)({"user", "invite", "bea@acme.example", "--role", "support-agent", "--name", "Bea"}), 0);
  }
};

}  // namespace

TEST_CASE("bash completes") {
  const Desk desk;
  const Bash bash(desk);
  check_all(bash);
  // What readline takes for words of their own stays as it is; characters of the shell are quoted.
  CHECK(bash("acctl tenant list --match plan=en") == Words{"enterprise"});
  CHECK(bash("acctl role edit support-agent -t acme --add-permission tickets.vi") == Words{"tickets.view"});
  CHECK(bash("acctl plan -f two") == Words{"two\\ words.csv"});
}

TEST_CASE("zsh completes") {
  const Desk desk;
  const Zsh zsh(desk);
  check_all(zsh);
  CHECK(zsh("acctl tenant list --match plan=en") == Words{"plan=enterprise"});
  CHECK(zsh("acctl plan -f two") == Words{"two words.csv"});
}

TEST_CASE("fish completes, and says what is offered") {
  const Desk desk;
  const Fish fish(desk);
  check_all(fish);
  CHECK(fish("acctl tenant list --match plan=en") == Words{"plan=enterprise"});
  CHECK(fish("acctl plan -f two") == Words{"two words.csv"});
  CHECK(fish.lines("acctl user show -t acme be") == "bea@acme.example\tBea (invited)\n");
  CHECK(fish.lines("acctl user list --par").starts_with("--parallel\tnumber of tenants"));
}

TEST_CASE("the completion scripts are sound") {
  check_syntax({"bash", "-n"}, completion_script("bash"));
  check_syntax({"shellcheck", "-s", "bash"}, completion_script("bash"));
  check_syntax({"zsh", "-f", "-n"}, completion_script("zsh"));
  check_syntax({"fish", "--no-config", "-n"}, completion_script("fish"));
}

TEST_CASE("completion prints the script of the shell") {
  const TemporaryFolder folder;
  const acctl::test::Acctl acctl(folder.path());
  CHECK(acctl({"completion", "bash"}).out == completion_script("bash"));
  CHECK(acctl({"completion", "zsh"}).out == completion_script("zsh"));
  CHECK(acctl({"completion", "fish"}).out == completion_script("fish"));
  CHECK(acctl({"completion", "tcsh"}).status == 3);
}

TEST_CASE("every command of the tree is completed") {
  const TemporaryFolder folder;
  const acctl::test::Acctl acctl(folder.path());
  const Command root = acctl::command_tree();
  const auto names = [&](const std::vector<std::string>& words) {
    std::string out;  // nothing on a machine that is too busy to give it in time
    acctl::test::eventually([&] { return !(out = acctl(words).out).empty(); }, std::chrono::minutes(1));
    Words all;
    for (const std::string& line : split(out, '\n')) all.insert(line.substr(0, line.find('\t')));
    return all;
  };
  const Words first = names({"__complete", ""});
  for (const Command& command : root.subcommands) {
    INFO(command.name);
    CHECK(has(first, command.name));
    const Words verbs = command.subcommands.empty() ? Words{} : names({"__complete", command.name, ""});
    for (const Command& verb : command.subcommands) CHECK(has(verbs, verb.name));
  }
}
