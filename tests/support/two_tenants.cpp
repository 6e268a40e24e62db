#include "tests/support/two_tenants.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/mail_server.hpp"

namespace acctl::test {

namespace {

void collect(const Command& command, const std::string& path, std::vector<std::string>& leaves) {
  if (command.run) leaves.push_back(path);
  for (const Command& sub : command.subcommands) collect(sub, path.empty() ? sub.name : path + " " + sub.name, leaves);
}

}  // namespace

TwoTenants::TwoTenants(const ClusterOptions& options) : TenantFixture(options) {
  set_mail(acctl, "transport: maildir, folder: " + acctl.folder.path() + "/mail, from: no-reply@help.example");
  acctl.create("bert");
  for (const std::string slug : {"acme", "bert"}) {
    acctl.in(slug, "insert into app.users (email, name, status, activated_at) values ('mark@x.example', 'Mark of " +
                       slug + "', 'active', now())");
    const std::string path =
        file("roles:\n  marked: {name: Role of " + slug + ", permissions: [tickets.view]}\n" +
             "role_templates:\n  marked: {name: Template of " + slug + ", permissions: [tickets.view]}\n" +
             "teams:\n  marked: {name: Team of " + slug + ", members: [mark@x.example]}\n");
    run = acctl.json({"apply", "-f", path, "-t", slug, "--yes"})["run"];
    require({"api-key", "create", "mark@x.example", "--name", "marked", "-t", slug});
  }
  definitions = file("roles:\n  other: {name: Other, permissions: [tickets.view]}\n");
  tests = file("tests:\n  - user: mark@x.example\n    can: [tickets.view]\n", "tests.yaml");
  plan = acctl.folder.path() + "/plan.json";
  require({"plan", "-f", definitions, "-t", "acme", "--out", plan});
  exported = acctl.folder.path() + "/export.yaml";
  require({"export", "-t", "acme", "--out", exported});
  people = acctl.folder.path() + "/people.csv";
  put_file(people, "email,name,external_id\nmark@x.example,Mark,1\nnew@x.example,New,2\n");
  const Result invited = (*this)({"user", "invite", "guest@x.example", "--print-link", "-o", "json"});
  const std::string link = invited.json()["invited"][0]["link"];
  token = link.substr(link.find_last_of("/=") + 1);
  for (const std::string key : {"umbrella", "other"}) {
    require({"enterprise", "create", key, "--name", key});
  }
  require({"enterprise", "add-tenant", "umbrella", "acme"});
  for (const std::string key : {"umbrella", "other"}) {
    require({"enterprise", "grant", key, "mark@x.example", "marked"});
  }
}

void TwoTenants::require(const std::vector<std::string>& words) const {
  const Result result = acctl(words);
  INFO(words.front() << " " << words[1] << ": " << result.err);
  REQUIRE(result.status == 0);
}

std::map<std::string, Call> TwoTenants::calls() const {
  using enum Call::Way;
  const std::string email = "mark@x.example";
  return {
      {"plan", {{"-f", definitions}}},
      {"apply", {{"-f", definitions}}},
      {"drift", {}},
      {"test", {{"-f", tests}}},
      {"log", {}},
      {"undo", {{run}}},
      {"export", {{}, one}},
      {"init", {{acctl.folder.path() + "/rights"}, one}},
      {"import", {{"-f", exported, "--max-removals", "100%"}}},
      {"review", {}},
      {"can", {{email, "tickets.view"}, one}},
      {"why", {{email, "tickets.view"}, one}},
      {"who-can", {{"tickets.view"}}},
      {"outbox list", {}},
      {"outbox deliver", {}},
      {"outbox retry", {}},
      {"api-key list", {}},
      {"api-key create", {{email, "--name", "new"}, one}},
      {"api-key revoke", {{email, "marked"}, one}},
      {"user list", {}},
      {"user show", {{email}, one}},
      {"user permissions", {{email}, one}},
      {"user invite", {{"new@x.example"}}},
      {"user resend", {{"guest@x.example"}}},
      {"user accept", {{"--token-file", "-"}, one, token}},
      {"user edit", {{email, "--name", "New"}}},
      {"user deactivate", {{email}}},
      {"user reactivate", {{email}}},
      {"user delete", {{email, "--revoke-roles"}}},
      {"user sync", {{"-f", people}}},
      {"user offboard", {{email}, named}},
      {"role list", {}},
      {"role show", {{"marked"}, one}},
      {"role lint", {}},
      {"role matrix", {{}, one}},
      {"role create", {{"new", "--name", "New"}}},
      {"role clone", {{"marked", "new", "--name", "New"}}},
      {"role edit", {{"marked", "--name", "New"}}},
      {"role delete", {{"marked"}}},
      {"role grant", {{"marked", email}}},
      {"role revoke", {{"marked", email}}},
      {"role-template list", {}},
      {"role-template show", {{"marked"}, one}},
      {"role-template create", {{"new", "--name", "New"}}},
      {"role-template edit", {{"marked", "--name", "New"}}},
      {"role-template delete", {{"marked"}}},
      {"role-template assign", {{"marked", email}}},
      {"role-template unassign", {{email}}},
      {"team list", {}},
      {"team show", {{"marked"}, one}},
      {"team create", {{"new", "--name", "New"}}},
      {"team edit", {{"marked", "--name", "New"}}},
      {"team delete", {{"marked"}}},
      {"team add", {{"marked", "guest@x.example"}}},
      {"team remove", {{"marked", email}}},
      {"enterprise users", {{"umbrella"}, named}},
      {"enterprise grant", {{"umbrella", email, "support-agent"}, named}},
      {"enterprise revoke", {{"umbrella", email, "marked"}, named}},
      {"enterprise add-tenant", {{"other", "bert"}, named}},
      {"enterprise remove-tenant", {{"umbrella", "acme"}, named}},
      {"tenant create", {{"acme", "--name", "Name of acme", "--admin-email", "ana@acme.example"}, named}},
      {"tenant clone", {{"acme", "copy", "--name", "Copy", "--admin-email", "ana@copy.example"}, named}},
      {"tenant retry", {{"acme"}, named}},
      {"tenant delete", {{"acme", "--confirm", "acme"}, named}},
      {"tenant doctor", {{"acme", "--fix"}, named}},
      {"tenant migrate", {}},
      {"tenant connect", {{"acme", "--reason", "a look"}, named}},
      {"tenant set-plan", {{"acme", "--seats", "77"}, named}},
  };
}

std::map<std::string, Call> TwoTenants::calls_elsewhere() const {
  using enum Call::Way;
  const std::string settings = file("base_domain: other.example\nstorage_root: /dev/null/storage\n", "p.yaml");
  const std::string untidy = file("teams: {b: {name: B}, a: {name: A}}\n", "untidy.yaml");
  const std::string target = acctl.folder.path() + "/target";
  const std::string registry =
      file("tenants: {acme: {name: Acme, admin_email: ana@acme.example, labels: {new: label}}}\n", "tenants.yaml");
  return {{"completion", {{"bash"}, named}},
          {"config list", {{}, named}},
          {"config set", {{"new", "tenant=acme"}, named}},
          {"config use", {{"new"}, named}},
          {"config show", {{}, named}},
          {"config unset", {{"new", "tenant"}, named}},
          {"explain", {{"roles"}, named}},
          {"fmt", {{"-f", untidy}, named}},
          {"help", {{}, named}},
          {"manual", {{"--directory", target}, named}},
          {"schema", {{}, named}},
          {"validate", {{"-f", definitions}, named}},
          {"version", {{}, named}},
          {"local up", {{}, named}},
          {"local down", {{}, named}},
          {"local status", {{}, named}},
          {"local url", {{}, named}},
          {"local destroy", {{}, named}},
          {"local upgrade", {{}, named}},
          {"platform init", {{"--base-domain", "other.example"}, named}},
          {"platform apply", {{"-f", settings}, named}},
          {"platform status", {{}, named}},
          {"platform check", {{}, named}},
          {"platform upgrade", {{}, named}},
          {"tenant list", {{}, named}},
          {"tenant show", {{"acme"}, named}},
          {"tenant status", {{"acme"}, named}},
          {"tenant edit", {{"acme", "--notes", "New"}, named}},
          {"tenant label", {{"acme", "new=label"}, named}},
          {"tenant validate", {{"-f", registry}, named}},
          {"tenant plan", {{"-f", registry}, named}},
          {"tenant apply", {{"-f", registry}, named}},
          {"tenant drift", {{}, named}},
          {"tenant archive list", {{}, named}},
          {"tenant archive show", {{"acme"}, named}},
          {"tenant archive fetch", {{"acme", "--out", target}, named}},
          {"tenant restore", {{"acme", "--as", "restored"}, named}},
          {"tenant disconnect", {{"acme"}, named}},
          {"pack list", {{}, named}},
          {"pack show", {{"helpdesk"}, named}},
          {"tenant watch", {{"acme", "--until", "active"}, named}},
          {"fleet watch", {{"--once"}, named}},
          {"tenant suspend", {{"acme"}, named}},
          {"tenant resume", {{"acme"}, named}},
          {"tenant purge", {{"--remains"}, named}},
          {"enterprise create", {{"new", "--name", "New"}, named}},
          {"enterprise list", {{}, named}},
          {"enterprise show", {{"umbrella"}, named}},
          {"audit list", {{}, named}},
          {"audit verify", {{}, named}},
          {"audit head", {{}, named}},
          {"audit export", {{}, named}}};
}

std::vector<std::string> commands_of(const Command& tree) {
  std::vector<std::string> leaves;
  collect(tree, "", leaves);
  return leaves;
}

std::vector<std::string> words_of(const std::string& command) {
  std::vector<std::string> words;
  for (std::size_t start = 0; start < command.size();) {
    const std::size_t end = std::min(command.find(' ', start), command.size());
    words.push_back(command.substr(start, end - start));
    start = end + 1;
  }
  return words;
}

}  // namespace acctl::test
