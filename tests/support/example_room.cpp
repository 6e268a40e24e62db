#include "tests/support/example_room.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <regex>
#include <stdexcept>

namespace acctl::test {

namespace fs = std::filesystem;

namespace {

constexpr const char* shown_run = "3f9c0a71d2e4";

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); !from.empty() && at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

const std::string roles_file = R"(acctl: 1
manager: support
roles:
  triage:
    name: Triage
    permissions:
      - tickets.view
      - tickets.assign: group
users:
  ben@acme.example:
    roles: [+triage]
tests:
  - role: triage
    can: [tickets.view]
    cannot: [settings.*]
)";

const std::string teams_file = R"(acctl: 1
manager: support
teams:
  intake:
    name: Intake
    members: [ben@acme.example]
)";

// Of the team tier-2, which has eight members, half stay.
const std::string smaller_team_file = R"(acctl: 1
manager: support
teams:
  tier-2:
    members:
      - p1@acme.example
      - p2@acme.example
      - p3@acme.example
      - p4@acme.example
)";

const std::string platform_file = R"(acctl: 1
plans:
  pro:
    seats: 200
)";

// Progress is told of what takes long, and so now and then.
std::string without_progress(const std::string& text) {
  static const std::regex progress(R"(.+, [\dhms ]+ so far|.+, [\d.]+/s(, .+ left)?)");
  std::string kept;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size() - 1) + 1;
    const std::string line = text.substr(start, end - start);
    if (!std::regex_match(line.substr(0, line.find('\n')), progress)) kept += line;
    start = end;
  }
  return kept;
}

const std::string tenants_file = R"(acctl: 1
manager: sales
tenants:
  acme:
    name: Acme Inc.
    admin_email: ana@acme.example
    plan: enterprise
    labels: {tier: gold}
  ada:
    name: Ada
    admin_email: ada@ada.example
)";

void copy_folder(const fs::path& from, const fs::path& to) {
  for (const auto& entry : fs::directory_iterator(to)) fs::remove_all(entry.path());
  fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
}

}  // namespace

ExampleRoom::ExampleRoom() {
  seeded_.acctl.environment["ACCTL_ACTOR"] = "ana";
  seed();
  seeded_.cluster.stop(Stop::fast);
  copy_folder(seeded_.folder.path(), kept_.path());
  environment_ = seeded_.acctl.environment;
  environment_["PATH"] = fs::path(program_path()).parent_path().string() + ":" + environment_["PATH"];
  environment_["HOME"] = seeded_.folder.path();
}

void ExampleRoom::seed() {
  const std::string folder = seeded_.folder.path();
  seeded_.control("update acctl.settings set value = to_jsonb('help.example'::text) where key = 'base_domain'");
  const auto call = [&](std::vector<std::string> words) {
    const Result result = seeded_.acctl(words);
    if (result.status == 0) return result;
    std::string line = "acctl";
    for (const std::string& word : words) line += " " + word;
    throw std::runtime_error(line + ": " + result.err);
  };
  seeded_.control("update acctl.servers set region = 'eu'");
  const std::string mail = folder + "/mail.yaml";
  put_file(mail, "acctl: 1\nmail: {transport: maildir, folder: " + folder + "/mail, from: no-reply@help.example}\n");
  call({"platform", "apply", "-f", mail, "--yes"});
  call({"tenant", "create", "acme", "--name", "Acme Inc.", "--admin-email", "ana@acme.example", "--admin-name",
        "Ana Ames", "--plan", "pro", "--label", "tier=gold"});
  for (const std::string slug : {"bert", "globex"}) {
    call({"tenant", "create", slug, "--name", slug == "bert" ? "Bert Ltd." : "Globex", "--admin-email",
          "admin@" + slug + ".example", "--plan", slug == "bert" ? "trial" : "pro"});
  }
  std::vector<std::string> invite = {"user", "invite", "--role", "support-agent", "-t", "acme"};
  std::string people = "email,name\nben@acme.example,Ben Bell\n";
  std::vector<std::string> members = {"team", "add", "tier-2", "-t", "acme"};
  for (int i = 1; i <= 8; ++i) {
    const std::string email = "p" + std::to_string(i) + "@acme.example";
    people += email + ",Person " + std::to_string(i) + "\n";
    members.push_back(email);
  }
  put_file(folder + "/seed.csv", people);
  invite.insert(invite.end(), {"--file", folder + "/seed.csv"});
  call(invite);
  const std::string both = "email in ('ana@acme.example', 'ben@acme.example')";
  seeded_.in("acme",
             "update app.invitations set accepted_at = now() where " + both +
                 "; update app.users set status = 'active', activated_at = now(), last_sign_in_at = now() where " +
                 both);
  for (const std::string number : {"1", "2"}) {
    call({"team", "create", "tier-" + number, "--name", "Tier " + number, "-t", "acme"});
  }
  call({"team", "add", "tier-1", "ben@acme.example", "-t", "acme"});
  call(members);
  call({"role-template", "create", "night-shift", "--name", "Night shift", "--permission", "tickets.assign:global",
        "-t", "acme"});
  const std::string work = folder + "/work";
  fs::create_directories(work + "/definitions");
  put_file(work + "/roles.yaml", roles_file);
  put_file(work + "/teams.yaml", teams_file);
  put_file(work + "/smaller-team.yaml", smaller_team_file);
  put_file(work + "/definitions/roles.yaml", roles_file.substr(0, roles_file.find("users:")));
  put_file(work + "/platform.yaml", platform_file);
  put_file(work + "/tenants.yaml", tenants_file);
  put_file(work + "/tenants.csv", "slug,name,admin_email\nada,Ada,ada@ada.example\nbob,Bob,bob@bob.example\n");
  put_file(work + "/people.csv", "email,name\nfinn@acme.example,Finn Fox\ngina@acme.example,Gina Gray\n");
  put_file(work + "/directory.csv",
           "email,name,external_id\nben@acme.example,Ben Bell,00u1\ncleo@acme.example,Cleo Cook,00u2\n");
}

void ExampleRoom::start_anew() {
  cluster_.reset();
  copy_folder(kept_.path(), seeded_.folder.path());
  cluster_ = std::make_unique<Cluster>(ClusterOptions{.data = seeded_.cluster.data()});
  environment_["ACCTL_DATABASE_URL"] = cluster_->url();
}

ExampleRun ExampleRoom::run(const std::string& line) const {
  const Result result = in_shell("{ " + line + "\n} 2>&1");
  return {result.status, mask(result.out)};
}

std::string ExampleRoom::data(const std::string& line) const { return mask(in_shell(line).out); }

Result ExampleRoom::in_shell(std::string line) const {
  if (line.find(shown_run) != std::string::npos) {
    replace_all(line, shown_run,
                cluster_->query("acme", "select run from acctl.runs where outcome = 'done' order by id desc limit 1"));
  }
  return run_program(
      {.words = {"bash", "-c", "cd '" + seeded_.folder.path() + "/work' && " + line}, .environment = environment_});
}

std::string ExampleRoom::mask(std::string text) const {
  replace_all(text, cluster_->url(), "service=acctl");
  replace_all(text, cluster_->dsn("acctl", "acctl").get("host"), "/run/postgresql");
  replace_all(text, seeded_.folder.path() + "/work", "/home/ana/work");
  replace_all(text, seeded_.folder.path() + "/data", "/home/ana/.local/share");
  replace_all(text, seeded_.folder.path(), "/home/ana");
  return masked_ids(std::move(text));
}

std::string masked_ids(std::string text) {
  static const std::vector<std::pair<std::regex, std::string>> masks = {
      {std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z)"), "2027-01-15T09:00:00Z"},
      {std::regex(R"(\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?( UTC)?)"), "2027-01-15 09:00$1$2"},
      {std::regex(R"(\buntil \d{4}-\d\d-\d\d\b(?!T))"), "until 2027-01-15"},
      {std::regex(R"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"),
       "5f1c2f0e-7a1b-4c3d-8e9f-0a1b2c3d4e5f"},
      {std::regex(R"(\b[0-9a-f]{64}\b)"), "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
      {std::regex(R"(\b[0-9a-f]{12}\b)"), shown_run},
      {std::regex(R"(acctl_[0-9a-f]{12}_)"), std::string("acctl_") + shown_run + "_"},
      {std::regex(R"((/invitations/)[A-Za-z0-9_-]{43})"), "$1TOKEN"},
      {std::regex(R"(\bak_[A-Za-z0-9_-]{20,}|\bacctl_[A-Za-z0-9_-]{40,})"), "KEY"},
      {std::regex(R"(\b\d+(\.\d+)? ms\b)"), "12 ms"},
      {std::regex(R"(\b(user|root|[a-z]+)@[a-z0-9-]+(?= |$|\n|"))"), "$1@host"},
      // Migrations come and go between releases.
      {std::regex(R"re(("(?:schema_version|schema_head|control_schema|tenant_schema)": )\d+)re"), "$0113"},
      {std::regex(R"re(((?:schema version|schema head|control schema|tenant schema): +)\d+)re"), "$0113"},
      {std::regex(R"(<[0-9a-f.]+@)"), "<ID@"},
      {std::regex(R"(\(pid \d+\)|pid \d+)"), "pid 4711"},
  };
  for (const auto& [pattern, shown] : masks) text = std::regex_replace(text, pattern, shown);
  return without_progress(text);
}

std::string abridged(const std::string& text, std::size_t most) {
  std::size_t lines = 0;
  std::size_t cut = std::string::npos;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\n') continue;
    if (++lines == most) cut = at;
  }
  if (!text.ends_with('\n') && !text.empty()) ++lines;
  if (lines <= most + 3) return text;
  return text.substr(0, cut) + "\n[" + std::to_string(lines - most) + " more lines]";
}

bool renews_manual() { return std::getenv("ACCTL_RENEW_MANUAL") != nullptr; }

}  // namespace acctl::test
