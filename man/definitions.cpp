#include "man/definitions.hpp"

#include "cli/builder.hpp"
#include "man/roff.hpp"
#include "provisioning/model/definitions_format.hpp"
#include "provisioning/model/describe.hpp"

namespace acctl {

namespace {

constexpr std::string_view description = R"(
A definitions file declares the configuration of tenants: roles, teams, users, statuses and everything else
that an administrator sets up. plan and apply read it, export writes it, import reads it and packs consist of
it; there is one format for all of them.

The file is one YAML document, a mapping whose first key is `acctl: 1`. Each kind of configuration is a
mapping of keys to objects. Anchors, aliases, tags, merge keys and duplicate keys are refused, and so are
values on which YAML readers disagree: text such as no, 1e3 or 012 has to be quoted.)";

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
  std::string_view text;
};

constexpr Rule rules[] = {
    {"Files", R"(
Several files are one input: -f takes files and folders, and - for standard input. Their order does not
matter. Two files that declare the same object are an error that names both places. Everything is checked
before anything is changed, and all problems are reported together.)"},
    {"Omissions", R"(
A kind, an object, a field or a list that no file declares stays as it is. A list that is present is complete:
entries that it lacks are removed, and an empty list removes all entries. A field that is null is reset to its
default.)"},
    {"Lists", R"(
Entries with + or - before them add to a list and remove from it and leave its other entries alone; a list
contains either only such entries or none. A permission is given at a level as {tickets.view: group}; without
a level it is given at its widest level. A role that ends is written as {team-lead: {until:
2027-01-31T18:00:00Z}}; grants for a time that a list does not name are left alone.)"},
    {"Variables", R"(
${name} in a value is replaced by the variable of that name, and $${ by the characters ${. The variables of
all files are shared. ${env:NAME} reads the environment if --allow-env is given; ${name:-text} and
${env:NAME:-text} have a default. --var NAME=VALUE sets a variable for one run. Keys take no variables.
Passwords, tokens and keys do not belong in the files.)"},
    {"Copies", R"(
A new object with clone starts as a copy of another object of its kind. Its own fields replace those of the
copy, and its lists add to the lists of the copy and remove from them. After that it is an independent object:
later changes to its source do not affect it. clone: pack:KEY copies a template of the tenant's pack, such as an
automation or a form, or an object as the pack seeds it; 'acctl pack show' lists them.)"},
    {"Renames", R"(
A new key is a new object, unless previously lists the old key of an object: then that object is renamed, and
keeps its identity, its assignments and its history.)"},
    {"Ownership", R"(
Each object records the manager of the files that declare it. With --prune, apply removes what the same
manager no longer declares; without it, the plan only lists these objects. Objects of another manager are
never removed, and declaring one is a conflict, which --adopt resolves. Objects without a manager are taken
over, and the plan lists them.)"},
    {"Guards", R"(
Before an apply commits, the resulting state is checked: admins who can sign in and whose role does not expire
must remain, no more than the allowed number of objects may be removed at once, and neither protected objects
nor system roles may be removed. Files can only make these limits stricter. --max-removals and --allow-removal
loosen them for one run, which the ledger records.)"},
    {"Tests", R"(
Tests state what users and roles can and cannot do after the apply. If a test fails, the apply is refused.)"},
};

std::string item(const std::string& name, const std::string& text) {
  return ".It Cm " + roff_argument(name) + "\n" + roff_prose(text);
}

std::string key_item(const DocumentKey& key) {
  return item(std::string(key.name), std::string(key.help) + " (" + std::string(key.type) + ")");
}

std::string keys() {
  std::string text =
      ".Sh KEYS\nIn addition to the kinds, which the next section describes, a file can have these keys.\n";
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
  text += roff_prose("An object has the fields and lists of its kind, and these keys:");
  text += ".Bl -tag -width Ds\n" + key_item(previously_key());
  text += key_item(status_key());
  text += item(std::string(clone_key().name), std::string(clone_key().help) + " (of " + clonable + ")") + ".El\n";
  for (const Kind& kind : kinds()) {
    if (!kind.internal) text += kind_section(kind);
  }
  return text;
}

}  // namespace

ManualPage definitions_page() {
  ManualPage page{.name = "acctl-definitions", .summary = "the format of definitions files", .text = {}, .section = 5};
  page.text =
      page_head(page) + ".Sh DESCRIPTION\n" + roff_prose(flowed(description)) + ".Sh RULES\n.Bl -tag -width Ds\n";
  for (const Rule& rule : rules)
    page.text += ".It Sy " + roff_argument(rule.name) + "\n" + roff_prose(flowed(rule.text));
  page.text += ".El\n" + keys() + kinds_section() + ".Sh EXAMPLES\n" + roff_literal(example);
  page.text +=
      ".Sh SEE ALSO\n.Xr acctl 1 ,\n.Xr acctl-apply 1 ,\n.Xr acctl-explain 1 ,\n.Xr acctl-plan 1 ,\n"
      ".Xr acctl-schema 1\n";
  return page;
}

}  // namespace acctl
