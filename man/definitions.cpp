#include "man/definitions.hpp"

#include "man/roff.hpp"
#include "provisioning/model/definitions_format.hpp"
#include "provisioning/model/describe.hpp"

namespace acctl {

namespace {

constexpr const char* description =
    "A definitions file declares the configuration of tenants: roles, teams, users, statuses and everything else that "
    "an administrator sets up. It is what plan and apply take, what export writes, what import reads and what packs "
    "are made of; there is one format for all of them.\n"
    "The file is one YAML document, a mapping that begins with `acctl: 1`. Each kind of configuration is a mapping of "
    "keys to objects. Anchors, aliases, tags, merge keys and keys that are given twice are refused, and so is what "
    "readers of YAML disagree about: text such as no, 1e3 or 012 stands in quotes.";

constexpr const char* example = R"(acctl: 1
manager: support-gitops
roles:
  support-agent:
    name: Support Agent
    permissions:
      - tickets.view
      - tickets.private_notes: group
users:
  ana@acme.example:
    roles: [support-agent]
guards:
  protect: [roles/admin]
tests:
  - user: ana@acme.example
    can: [tickets.view]
    cannot: [settings.*])";

struct Rule {
  const char* name;
  const char* text;
};

constexpr Rule rules[] = {
    {"Files",
     "Several files are one input: -f takes files and folders, and - for standard input. Their order does not matter. "
     "Two files that declare the same object are an error that names both places. Everything is checked before "
     "anything is touched, and all problems are told at once."},
    {"What is left out",
     "A kind, an object, a field or a list that no file speaks of is left as it is. A list that is present is the "
     "whole "
     "truth for that list; an empty one removes all its entries. A field that is null goes back to its default."},
    {"Lists",
     "Entries with + or - before them add to the list and remove from it, whatever else is in it; a list has either "
     "only such entries or none. A permission is given at a level as {tickets.view: group}; without a level it is "
     "given "
     "at its widest."},
    {"Variables",
     "${name} in a value stands for the variable of that name, and $${ for the characters ${. Variables of all files "
     "count together. ${env:NAME} reads the environment, where --allow-env allows it. Passwords, tokens and keys do "
     "not "
     "belong in the files."},
    {"Copies",
     "A new object with clone starts as a copy of another one of its kind. Its own fields replace those of the copy, "
     "and its lists add to the lists of the copy and remove from them. Once it is there, it is an object of its own: "
     "what becomes of its source does not reach it."},
    {"Renames",
     "A new key is a new object, unless previously lists the key that the object had: then it is renamed, and keeps "
     "its "
     "identity, its assignments and its history."},
    {"Ownership",
     "Each object records the manager of the files that declare it. With --prune, apply removes what the same manager "
     "no longer declares; without it the plan only says what that would be. Objects of another manager are never "
     "removed, and to declare one is a conflict, which --adopt resolves. What nobody manages is taken over; "
     "the plan says so."},
    {"Guards",
     "Before an apply commits, the state that it leads to is checked: admins who can sign in and whose role "
     "does not expire remain, no more is removed "
     "at once than allowed, and nothing that is protected or a system role. Files can only make these limits stricter. "
     "--max-removals and --allow-removal loosen them for one run, which the ledger records."},
    {"Tests", "Tests state what users and roles can and cannot do after the apply. One that fails refuses it."},
};

std::string item(const std::string& name, const std::string& text) {
  return ".It Cm " + roff_argument(name) + "\n" + roff_prose(text);
}

std::string key_item(const DocumentKey& key) {
  return item(std::string(key.name), std::string(key.help) + " (" + std::string(key.type) + ")");
}

std::string keys() {
  std::string text = ".Sh KEYS\nBeside the kinds, which the next section describes, a file can have these keys.\n";
  text += ".Bl -tag -width Ds\n";
  for (const DocumentKey& key : document_keys()) {
    text += key_item(key);
    if (key.entries.empty()) continue;
    text += ".Bl -tag -width Ds\n";
    for (const DocumentKey& entry : key.entries) text += key_item(entry);
    text += ".El\n";
  }
  return text + ".El\n";
}

std::string kind_section(const Kind& kind) {
  std::string text = ".Ss " + roff_argument(std::string(kind.name)) + "\n" + roff_prose(std::string(kind.summary));
  text += roff_prose("Keys: " + keys_of(kind) + ".");
  if (!kind.value_only) {
    text += ".Bl -tag -width Ds\n";
    for (const Field& field : kind.fields) text += item(std::string(field.name), explanation_of(field));
    for (const List& list : kind.lists) text += item(std::string(list.name), explanation_of(list));
    text += ".El\n";
  }
  std::string shown(example_of(kind.name));
  while (shown.ends_with('\n')) shown.pop_back();
  return text + roff_literal(shown);
}

std::string kinds_section() {
  std::string text = ".Sh KINDS\n";
  std::string clonable;
  for (const Kind& kind : kinds()) {
    if (kind.clonable) clonable += (clonable.empty() ? "" : ", ") + std::string(kind.name);
  }
  text += roff_prose("An object has the fields and lists of its kind, and besides them:");
  text += ".Bl -tag -width Ds\n" + key_item(previously_key());
  text += item(std::string(clone_key().name), std::string(clone_key().help) + " (of " + clonable + ")") + ".El\n";
  for (const Kind& kind : kinds()) {
    if (!kind.internal) text += kind_section(kind);
  }
  return text;
}

}  // namespace

ManualPage definitions_page() {
  ManualPage page{.name = "acctl-definitions", .summary = "the format of definitions files", .text = {}, .section = 5};
  page.text = page_head(page) + ".Sh DESCRIPTION\n" + roff_prose(description) + ".Sh RULES\n.Bl -tag -width Ds\n";
  for (const Rule& rule : rules) page.text += ".It Sy " + roff_argument(rule.name) + "\n" + roff_prose(rule.text);
  page.text += ".El\n" + keys() + kinds_section() + ".Sh EXAMPLES\n" + roff_literal(example);
  page.text +=
      ".Sh SEE ALSO\n.Xr acctl 1 ,\n.Xr acctl-apply 1 ,\n.Xr acctl-explain 1 ,\n.Xr acctl-plan 1 ,\n"
      ".Xr acctl-schema 1\n";
  return page;
}

}  // namespace acctl
