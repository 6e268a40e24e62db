// --match: the conditions that select tenants, the same on the command line and in files.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::put_file;
using acctl::test::TestPlatform;

namespace {

// acme (trial, gold), bert (pro, 3 seats, silver, of an enterprise) and carl (pro, created 40 days ago, suspended).
struct Matched : TestPlatform {
  Matched() {
    REQUIRE((*this)({"enterprise", "create", "umbrella", "--name", "Umbrella"}).status == 0);
    create("acme", {"--label", "tier=gold"});
    create("bert", {"--plan", "pro", "--seats", "3", "--label", "tier=silver", "--enterprise", "umbrella"});
    create("carl", {"--plan", "pro", "--pack", "msp"});
    check_ended((*this)({"tenant", "suspend", "carl", "--yes"}), 0);
    control("update acctl.tenants set created_at = now() - interval '40 days' where slug = 'carl'");
    in("bert", "insert into app.users (email, name) values ('b@x.example', 'B'), ('c@x.example', 'C')");
    check_ended((*this)({"tenant", "list", "--refresh"}), 0);
  }

  // Slugs, separated by spaces.
  std::string matching(const std::vector<std::string>& conditions) const {
    std::vector<std::string> words = {"tenant", "list", "-o", "name"};
    for (const std::string& condition : conditions) words.insert(words.end(), {"--match", condition});
    const auto result = (*this)(words);
    if (result.status != 0) return std::to_string(result.status) + " " + result.err;
    std::string slugs = result.out;
    for (char& c : slugs) c = c == '\n' ? ' ' : c;
    return slugs;
  }
};

}  // namespace

TEST_CASE("conditions select tenants by names, labels, times and seats") {
  const Matched acctl;
  CHECK(acctl.matching({"plan=pro,enterprise"}) == "bert carl ");
  CHECK(acctl.matching({"plan!=pro"}) == "acme ");
  CHECK(acctl.matching({"status=suspended,active"}) == "acme bert carl ");
  CHECK(acctl.matching({"status!=suspended"}) == "acme bert ");
  CHECK(acctl.matching({"label.tier!=gold"}) == "bert carl ");
  CHECK(acctl.matching({"tier=gold,silver"}) == "acme bert ");
  CHECK(acctl.matching({"tier=gold", "tier=silver"}) == "acme bert ");
  CHECK(acctl.matching({"tier=*"}) == "acme bert ");
  CHECK(acctl.matching({"tier!=*"}) == "carl ");
  CHECK(acctl.matching({"enterprise=*"}) == "bert ");
  CHECK(acctl.matching({"enterprise!=umbrella"}) == "acme carl ");
  CHECK(acctl.matching({"pack=msp"}) == "carl ");
  CHECK(acctl.matching({"created>30d"}) == "carl ");
  CHECK(acctl.matching({"created<30d"}) == "acme bert ");
  CHECK(acctl.matching({"created>50d"}).empty());
  CHECK(acctl.matching({"created>30d", "created<50d"}) == "carl ");
  CHECK(acctl.matching({"created<2001-01-01"}).empty());
  CHECK(acctl.matching({"activated<1d"}) == "acme bert carl ");
  CHECK(acctl.matching({"seats>=90%"}) == "bert ");
  CHECK(acctl.matching({"seats<90%"}) == "acme carl ");
  CHECK(acctl.matching({"seats>1"}) == "bert ");
  CHECK(acctl.matching({"seats>=1", "seats<3"}) == "acme carl ");
  CHECK(acctl.matching({"subscription=trialing", "plan=pro"}) == "bert carl ");
  CHECK(acctl.matching({"trial_ends<14d"}).empty());
}

TEST_CASE("conditions select tenants by features, by limits and by what they have of their own") {
  const Matched acctl;
  check_ended(acctl({"tenant", "set-plan", "acme", "--feature", "sso=on", "--limit", "storage_bytes=none", "--yes"}),
              0);
  check_ended(acctl({"tenant", "set-plan", "carl", "--feature", "custom_roles=off", "--yes"}), 0);
  CHECK(acctl.matching({"feature=sso"}) == "acme ");
  CHECK(acctl.matching({"feature=custom_roles"}) == "bert ");
  CHECK(acctl.matching({"feature!=custom_roles"}) == "acme carl ");
  CHECK(acctl.matching({"feature=sso,custom_roles"}) == "acme bert ");
  CHECK(acctl.matching({"override=seats"}) == "bert ");
  CHECK(acctl.matching({"override=sso"}) == "acme ");
  CHECK(acctl.matching({"override=storage_bytes,custom_roles"}) == "acme carl ");
  CHECK(acctl.matching({"override=*"}) == "acme bert carl ");
  CHECK(acctl.matching({"override!=storage_bytes"}) == "bert carl ");
  CHECK(acctl.matching({"override!=*"}).empty());
  CHECK(acctl.matching({"projects_limit>=10"}) == "bert carl ");
  CHECK(acctl.matching({"projects_limit<=5"}) == "acme ");
  CHECK(acctl.matching({"seats_limit<=3"}) == "bert ");
  CHECK(acctl.matching({"storage_limit>107374182400"}) == "acme ");
  CHECK(acctl.matching({"storage_limit<=107374182400"}) == "bert carl ");
  CHECK(acctl.matching({"feature=ssso"}).starts_with("3 acctl: there is no feature 'ssso'; did you mean 'sso'?"));
  CHECK(acctl.matching({"override=project"}).starts_with("3 acctl: there is no override 'project'; did you mean"));
}

TEST_CASE("a condition that is none, or that names what is not there, is refused") {
  const Matched acctl;
  const auto starts = [&](const std::string& condition, const std::string& beginning) {
    INFO(condition);
    CHECK(acctl.matching({condition}).starts_with(beginning));
  };
  starts("plan", "3 acctl: --match: 'plan' is not a condition");
  starts("plan=", "3 acctl: --match: 'plan=' is not a condition");
  starts("plan!=por", "3 acctl: there is no plan 'por'; did you mean 'pro'?");
  starts("pack=mps", "3 acctl: there is no pack 'mps'");
  starts("label.teir!=gold", "3 acctl: there is no label 'teir'; did you mean 'tier'?");
  starts("label.plan=x", "3 acctl: there is no label 'plan'; plan itself is a property\nLeave out label.");
  starts("seats=5", "3 acctl: --match: 'seats' cannot be compared with =");
  starts("created>soon", "3 acctl: --match: created: 'soon' is neither a time nor a duration");
}

TEST_CASE("a name that is not there is answered with those that are, or with the command that lists them") {
  const Matched acctl;
  const auto check_hint = [&](const std::string& condition, const std::string& hint) {
    INFO(condition);
    check_ended(acctl({"tenant", "list", "--match", condition}), 3, hint);
  };
  check_hint("plan=gold", "Known plans: enterprise, pro, trial.");
  check_hint("enterprise=nosuch", "'acctl enterprise list' lists the enterprises.");
  check_hint("region=moon", "'acctl platform status' shows the servers with their regions.");
  check_hint("server=moon",
             "Known servers: " + acctl.control("select name from acctl.servers") + ". 'acctl platform status'");
  check_hint("feature=nosuch", "Known features: ");
  check_hint("override=nosuch", "Known overrides: ");
  check_hint("pack=nosuch", "Known packs: helpdesk, msp.");
  check_hint("foo=x", "Known labels: tier. Tenants are also selected by plan, status,");
  check_ended(acctl({"tenant", "label", "--all", "tier-"}), 0);
  check_hint("foo=x", "No tenant has a label. Tenants are also selected by plan, status,");
}

TEST_CASE("files select tenants by the same conditions, within those of the command line") {
  const Matched acctl;
  const std::string path = acctl.folder.path() + "/definitions.yaml";
  const auto planned = [&](const std::string& match, const std::vector<std::string>& more) {
    put_file(path,
             "acctl: 1\ntenants: {match: " + match + "}\nroles:\n  helper: {name: H, permissions: [tickets.view]}\n");
    std::vector<std::string> words = {"plan", "-f", path, "-o", "json"};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = acctl(words);
    if (result.status != 0) return std::to_string(result.status) + " " + result.err;
    std::string slugs;
    const auto report = result.json();
    for (const auto& group : report["groups"]) {
      for (const auto& slug : group["tenants"]) slugs += slug.get<std::string>() + " ";
    }
    return slugs;
  };
  CHECK(planned("[plan=trial]", {}) == "acme ");
  CHECK(planned("[label.tier!=gold, seats>=90%]", {}) == "bert ");
  CHECK(planned("{label.tier: [gold, silver]}", {}) == "acme bert ");
  CHECK(planned("[label.tier=*]", {"--match", "plan=pro"}) == "bert ");
  CHECK_THAT(planned("[plan=trial]", {"-t", "bert"}), Catch::Contains("the files are not for tenant bert"));
  CHECK(planned("[plan=trial]", {"-t", "acme"}) == "acme ");
  CHECK(planned("[plan]", {}).find("'match': 'plan' is not a condition") != std::string::npos);
  CHECK(planned("[status=activ]", {}).find("there is no status 'activ'; did you mean 'active'?") != std::string::npos);
}
