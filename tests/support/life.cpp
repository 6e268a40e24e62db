#include "tests/support/life.hpp"

#include <filesystem>
#include <stdexcept>

#include "provisioning/base/embedded.hpp"

namespace acctl::test {

namespace {

using Words = std::vector<std::string>;

const std::string definitions = R"(acctl: 1
roles:
  helper: {name: Helper, permissions: [tickets.create, tickets.view: group]}
teams:
  tier-1: {name: Tier 1, members: [ben@acme.example]}
)";

class Life {
 public:
  Life(const TestPlatform& acctl, std::string slug) : acctl_(acctl), slug_(std::move(slug)) {}

  void run() {
    acctl_.create(slug_);
    people();
    configuration();
    copy();
    upkeep();
    end();
  }

 private:
  Result must(Words words, int status = 0, const std::string& input = "") const {
    Result result = acctl_(words, input);
    if (result.status == status) return result;
    std::string command;
    for (const std::string& word : words) command += " " + word;
    throw std::runtime_error("acctl" + command + " ended with " + std::to_string(result.status) + ", not " +
                             std::to_string(status) + ": " + result.err + result.out);
  }
  // With the tenant named.
  Result here(Words words, int status = 0, const std::string& input = "") const {
    words.insert(words.end(), {"-t", slug_});
    return must(std::move(words), status, input);
  }

  void people() const {
    here({"user", "invite", "ben@acme.example", "--name", "Ben", "--role", "support-agent", "--yes"});
    here({"role", "grant", "team-lead", "ben@acme.example", "--until", "8h", "--yes"});
    here({"role", "revoke", "team-lead", "ben@acme.example", "--yes"});
    here({"user", "list"});
    here({"why", "ben@acme.example", "tickets.create"});
    here({"review"});
    here({"role", "matrix"});
    here({"team", "create", "night", "--name", "Night"});
    here({"api-key", "list"});
  }

  void configuration() const {
    here({"plan", "-f", "-", "--detailed-exitcode"}, 2, definitions);
    const std::string before = here({"export"}).out;
    here({"apply", "-f", "-", "--yes"}, 0, definitions);
    here({"plan", "-f", "-", "--detailed-exitcode"}, 0, definitions);
    here({"drift"});
    const auto runs = nlohmann::ordered_json::parse(here({"log", "-o", "json"}).out);
    here({"undo", runs.at(0).at("run"), "--yes"});
    if (here({"export"}).out != before) throw std::runtime_error("undo has left another configuration");
  }

  void copy() const {
    must({"tenant", "clone", slug_, slug_ + "-copy", "--name", "Copy", "--admin-email", "cy@acme.example"});
    const std::string document = here({"export"}).out;
    must({"import", "-f", "-", "-t", slug_ + "-copy", "--yes"}, 0, document);
    must({"tenant", "delete", slug_ + "-copy", "--confirm", slug_ + "-copy", "--hold", "0"});
  }

  void upkeep() const {
    const std::string older = slug_ + "2";
    acctl_.create(older);
    acctl_.set_back(older, tenant_migrations().size() - 1);
    must({"tenant", "migrate", older});
    must({"tenant", "doctor", older});
    must({"tenant", "delete", older, "--confirm", older, "--hold", "0"});
    must({"tenant", "suspend", slug_, "--yes"});
    must({"tenant", "resume", slug_});
    must({"tenant", "delete", slug_, "--confirm", slug_});  // held, and called off
    must({"tenant", "resume", slug_});
    must({"platform", "status"});
    must({"audit", "verify"});
    must({"tenant", "doctor"});
  }

  void end() const {
    const std::string role = acctl_.app_role(slug_);
    must({"tenant", "delete", slug_, "--confirm", slug_, "--hold", "0"});
    const std::string left = acctl_.control("select rolname from pg_roles where rolname = '" + role +
                                            "' union all "
                                            "select datname from pg_database where datname like '" +
                                            slug_ + "%' or datname like 'acctl\\_deleted%'");
    if (!left.empty()) throw std::runtime_error("what remains: " + left);
  }

  const TestPlatform& acctl_;
  std::string slug_;
};

}  // namespace

void live_through(const TestPlatform& acctl, const std::string& slug) { Life(acctl, slug).run(); }

}  // namespace acctl::test
