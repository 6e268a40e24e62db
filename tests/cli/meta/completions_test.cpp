// The completion scripts in the shells they are for.
#include "completions/completions.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "cli/app.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/program.hpp"

using acctl::Command;
using acctl::test::Result;
using acctl::test::run_program;
using acctl::test::TemporaryFolder;
using Words = std::set<std::string>;

namespace {

struct Targets {
  std::string text;
  std::vector<std::string> many;
  bool flag = false;
};

// Small, with each kind of value and with text that a shell would trip over.
Command tree(Targets& t) {
  const auto run = [](acctl::Session&) { return 0; };
  Command create{.name = "create", .summary = "make a tenant: it's $HOME `here`", .description = "x."};
  create.arguments = {{.name = "SLUG", .help = "x", .target = &t.text}};
  create.options = {{.name = "--file",
                     .value = "FILE",
                     .help = "don't \\ \"x\"",
                     .target = &t.text,
                     .letter = 'f',
                     .values = acctl::Values::file},
                    {.name = "--pack", .value = "PACK", .help = "x", .target = &t.text, .choices = {"msp", "help"}},
                    {.name = "--prune", .value = "", .help = "x", .target = &t.flag}};
  create.run = run;
  Command show{.name = "show", .summary = "show tenants", .description = "x."};
  show.arguments = {{.name = "SLUG", .help = "x", .target = &t.many, .values = acctl::Values::tenants}};
  show.run = run;
  show.formats = {"junit"};
  Command tenant{.name = "tenant", .summary = "tenants", .description = "x."};
  tenant.subcommands = {create, show};
  Command validate{.name = "validate", .summary = "check definitions", .description = "x."};
  validate.arguments = {{.name = "MODE", .help = "x", .target = &t.text, .choices = {"strict", "lax"}},
                        {.name = "FILE", .help = "x", .target = &t.many, .values = acctl::Values::file}};
  validate.options = {
      {.name = "--only", .value = "KIND", .help = "x", .target = &t.text, .values = acctl::Values::kinds},
      {.name = "--size", .value = "SIZE", .help = "x", .target = &t.text, .suggestions = {"small", "large"}}};
  validate.run = run;
  Command help{.name = "help", .summary = "help", .description = "x."};
  help.arguments = {{.name = "TOPIC", .help = "x", .target = &t.many, .required = false}};
  help.run = run;
  Command root{.name = "acctl", .summary = "root", .description = "x."};
  root.subcommands = {help, tenant, validate};
  return root;
}

void write(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
  chmod(path.c_str(), 0755);
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

// A line as readline hands it to bash: a word more after a space at the end, and `=` a word of its own.
std::vector<std::string> readline_words(const std::string& line) {
  std::vector<std::string> words = {""};
  for (const char c : line) {
    if (c == ' ') {
      words.emplace_back();
    } else if (c == '=') {
      words.insert(words.end(), {"=", ""});
    } else {
      words.back() += c;
    }
  }
  return words;
}

// The script of one shell, and a folder with two files and an acctl that knows two tenants.
class Shell {
 public:
  Shell() {
    std::filesystem::create_directories(folder_.path() + "/bin");
    std::filesystem::create_directories(folder_.path() + "/work");
    write(folder_.path() + "/bin/acctl",
          "#!/bin/sh\n[ \"$*\" = 'tenant list -o name' ] && printf 'acme\\nglobex\\n'\necho noise >&2\n");
    write(folder_.path() + "/work/notes.yaml", "");
    write(folder_.path() + "/work/two words.csv", "");
  }
  virtual ~Shell() = default;
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  // What is offered for the last word of `line`, without what stands before the `=` of an option.
  Words operator()(const std::string& line) const {
    Words words;
    for (const std::string& candidate : split(offers(line), '\n')) {
      std::string word = candidate.substr(0, candidate.find('\t'));
      if (word.starts_with("--")) word = word.substr(word.find('=') == std::string::npos ? 0 : word.find('=') + 1);
      if (!word.empty()) words.insert(word);
    }
    return words;
  }

  virtual std::string name() const = 0;
  virtual std::string offers(const std::string& line) const = 0;  // a line each

 protected:
  std::string path(const std::string& file) const { return folder_.path() + "/" + file; }

  std::string run(std::vector<std::string> words) const {
    const char* path_variable = std::getenv("PATH");
    words.insert(words.begin(), {"sh", "-c", "cd \"$0\" && exec \"$@\"", folder_.path() + "/work"});
    const Result result = run_program({.words = std::move(words),
                                       .environment = {{"PATH", folder_.path() + "/bin:" + path_variable},
                                                       {"HOME", folder_.path()},
                                                       {"TERM", "dumb"},
                                                       {"LC_ALL", "C.UTF-8"}},
                                       .input = ""});
    INFO(result.err);
    CHECK(result.status == 0);
    return result.out;
  }

 private:
  TemporaryFolder folder_;
};

class Bash : public Shell {
 public:
  explicit Bash(const Command& root) { write(path("script"), acctl::bash_completion(root)); }
  std::string name() const override { return "bash"; }
  std::string offers(const std::string& line) const override {
    const std::string harness =
        "set -u; source \"$0\"; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); COMP_WORDBREAKS=' =:'; _acctl; "
        "printf '%s\\n' \"${COMPREPLY[@]}\"";
    std::vector<std::string> words = {"bash", "--norc", "-c", harness, path("script")};
    for (const std::string& word : readline_words(line)) words.push_back(word);
    return run(words);
  }
};

// zsh completes only at its line editor, so one is run on a pseudo terminal, where what is about to be offered is
// written to a file.
class Zsh : public Shell {
 public:
  explicit Zsh(const Command& root) {
    write(path("_acctl"), acctl::zsh_completion(root));
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
  std::string name() const override { return "zsh"; }
  std::string offers(const std::string& line) const override {
    return run({"env", "FOLDER=" + path(""), "zsh", "-f", path("outer"), line});
  }
};

class Fish : public Shell {
 public:
  explicit Fish(const Command& root) { write(path("script"), acctl::fish_completion(root)); }
  std::string name() const override { return "fish"; }
  std::string offers(const std::string& line) const override {
    return run({"fish", "--no-config", "-c", "source $argv[1]; complete -C$argv[2]", path("script"), line});
  }
};

bool has(const Words& words, const std::string& word) { return words.contains(word); }

void check_commands(const Shell& shell) {
  CHECK(shell("acctl ") == Words{"help", "tenant", "validate"});
  CHECK(shell("acctl ten") == Words{"tenant"});
  CHECK(shell("acctl tenant ") == Words{"create", "show"});
  CHECK(shell("acctl -o json tenant --yes cr") == Words{"create"});
  CHECK(shell("acctl help ") == Words{"exit-codes", "help", "tenant", "validate"});
  CHECK(shell("acctl help tenant s") == Words{"show"});
}

void check_options(const Shell& shell) {
  CHECK(shell("acctl tenant create --p") == Words{"--pack", "--parallel", "--prune"});
  CHECK(shell("acctl tenant show --p") == Words{"--parallel"});
  const Words all = shell("acctl tenant create x --");
  CHECK(has(all, "--file"));
  CHECK(has(all, "--dry-run"));
  CHECK(has(all, "--help"));
  CHECK(shell("acctl tenant create -- --p").empty());
}

void check_values(const Shell& shell) {
  const Words formats = {"table", "json", "yaml", "csv", "name"};
  CHECK(shell("acctl tenant create -o ") == formats);
  CHECK(shell("acctl tenant show -o ju") == Words{"junit"});
  CHECK(shell("acctl --output ") == formats);
  CHECK(shell("acctl tenant create --output=") == formats);
  CHECK(shell("acctl tenant show --output=ju") == Words{"junit"});
  CHECK(shell("acctl tenant show --output=js") == Words{"json"});
  CHECK(shell("acctl tenant create --pack ") == Words{"help", "msp"});
  CHECK(shell("acctl validate --size ") == Words{"large", "small"});
  CHECK(shell("acctl validate ") == Words{"lax", "strict"});
  CHECK(shell("acctl validate --only role") == Words{"role_templates", "roles"});
  CHECK_FALSE(has(shell("acctl validate --only "), "protections"));
  CHECK(shell("acctl tenant create --reason ").empty());
  CHECK(shell("acctl tenant create ").empty());
}

void check_files_and_tenants(const Shell& shell) {
  CHECK(shell("acctl tenant create --file no") == Words{"notes.yaml"});
  CHECK(shell("acctl tenant create -f no") == Words{"notes.yaml"});
  CHECK(shell("acctl tenant create --file=no") == Words{"notes.yaml"});
  CHECK(shell("acctl validate strict two") == Words{"two words.csv"});
  CHECK(shell("acctl tenant show ") == Words{"acme", "globex"});
  CHECK(shell("acctl tenant show acme g") == Words{"globex"});
  CHECK(shell("acctl tenant create -t ac") == Words{"acme"});
}

void check_all(const Shell& shell) {
  check_commands(shell);
  check_options(shell);
  check_values(shell);
  check_files_and_tenants(shell);
}

// Checks without running it that the shell takes `script`.
void check_syntax(const std::vector<std::string>& checker, const std::string& script) {
  const TemporaryFolder folder;
  write(folder.path() + "/script", script);
  std::vector<std::string> words = checker;
  words.push_back(folder.path() + "/script");
  const Result result = run_program(
      {.words = words, .environment = {{"PATH", std::getenv("PATH")}, {"HOME", folder.path()}}, .input = ""});
  INFO(checker[0] << ": " << result.out << result.err);
  CHECK(result.status == 0);
}

}  // namespace

TEST_CASE("bash completes") {
  Targets targets;
  check_all(Bash(tree(targets)));
}

TEST_CASE("zsh completes") {
  Targets targets;
  check_all(Zsh(tree(targets)));
}

TEST_CASE("fish completes") {
  Targets targets;
  check_all(Fish(tree(targets)));
}

TEST_CASE("zsh and fish say what is offered") {
  Targets targets;
  const Command root = tree(targets);
  CHECK(Fish(root).offers("acctl tenant cr") == "create\tmake a tenant: it's $HOME `here`\n");
  CHECK(Fish(root).offers("acctl tenant create --fi") == "--file\tdon't \\ \"x\"\n");
  CHECK(acctl::zsh_completion(root).find("'create:make a tenant: it'\\''s $HOME `here`'") != std::string::npos);
}

TEST_CASE("the scripts of the whole tree are sound") {
  const Command root = acctl::command_tree();
  check_syntax({"bash", "-n"}, acctl::bash_completion(root));
  check_syntax({"shellcheck", "-s", "bash"}, acctl::bash_completion(root));
  check_syntax({"zsh", "-f", "-n"}, acctl::zsh_completion(root));
  check_syntax({"fish", "--no-config", "-n"}, acctl::fish_completion(root));
}

TEST_CASE("completion prints the script of the shell") {
  const TemporaryFolder folder;
  const acctl::test::Acctl acctl(folder.path());
  const Command root = acctl::command_tree();
  CHECK(acctl({"completion", "bash"}).out == acctl::bash_completion(root));
  CHECK(acctl({"completion", "zsh"}).out == acctl::zsh_completion(root));
  CHECK(acctl({"completion", "fish"}).out == acctl::fish_completion(root));
  CHECK(acctl({"completion", "tcsh"}).status == 3);
}

TEST_CASE("every command of the tree is completed in bash") {
  const Command root = acctl::command_tree();
  const Bash bash(root);
  const Words first = bash("acctl ");
  for (const Command& command : root.subcommands) {
    INFO(command.name);
    CHECK(has(first, command.name));
    if (command.subcommands.empty()) continue;
    const Words verbs = bash("acctl " + command.name + " ");
    for (const Command& verb : command.subcommands) CHECK(has(verbs, verb.name));
  }
}
