// Whether a run may write: every case of the decision.
#include "commands/shared/consent.hpp"

#include "tests/support/catch.hpp"

using acctl::AskedBy;
using acctl::Change;
using acctl::Circumstances;
using acctl::Consent;
using acctl::Error;
using acctl::ErrorKind;
using acctl::FleetReport;
using acctl::Outlook;

namespace {

std::vector<std::string> slugs(const std::string& name, int count) {
  std::vector<std::string> all;
  for (int i = 0; i < count; ++i) all.push_back(name + std::to_string(i));
  return all;
}

// Calls visit(outlook, circumstances) with every combination.
template <class Visit>
void for_each_case(const Visit& visit) {
  for (int bits = 0; bits < 1 << 6; ++bits) {
    const auto bit = [&](int place) { return (bits >> place & 1) != 0; };
    for (int changing = 0; changing < 3; ++changing) {
      for (int adopting = 0; adopting < 2; ++adopting) {
        for (int failing = 0; failing < 3; ++failing) {
          for (const AskedBy source : {AskedBy::files, AskedBy::saved_plan, AskedBy::words}) {
            visit(Outlook{.changing = slugs("c", changing),
                          .adopting = slugs("a", adopting),
                          .failing = slugs("f", failing),
                          .skipped = slugs("s", bit(0) ? 1 : 0),
                          .elsewhere = bit(1),
                          .takes_away = bit(2)},
                  Circumstances{.source = source, .terminal = bit(3), .yes = bit(4), .dry_run = bit(5)});
          }
        }
      }
    }
  }
}

FleetReport report_of(std::vector<acctl::PlanGroup> groups, const std::vector<std::string>& failing) {
  FleetReport report;
  report.groups = std::move(groups);
  for (const std::string& slug : failing) report.failures.push_back({slug, Error(ErrorKind::connection, "down")});
  return report;
}

acctl::PlanGroup group_of(std::vector<std::string> tenants, std::vector<Change> changes,
                          std::vector<Change> adoptions = {}) {
  acctl::PlanGroup group;
  group.tenants = std::move(tenants);
  group.plan.changes = std::move(changes);
  group.plan.adoptions = std::move(adoptions);
  return group;
}

const Change removal{
    .action = acctl::Action::remove, .kind = "users", .key = "ana@acme.example", .fields = {}, .place = {}};
const Change addition{.action = acctl::Action::add, .kind = "teams", .key = "t", .fields = {}, .place = {}};

}  // namespace

TEST_CASE("in each of all cases a run writes only what was confirmed", "[promise 13]") {
  int cases = 0;
  for_each_case([&](const Outlook& outlook, const Circumstances& circumstances) {
    ++cases;
    const Consent consent = acctl::decide(outlook, circumstances);
    const bool writes = !outlook.changing.empty() || !outlook.adopting.empty() || outlook.elsewhere;
    const bool must_be_confirmed = circumstances.source != AskedBy::words || outlook.takes_away;
    Consent expected = Consent::granted;
    if (circumstances.dry_run) {
      expected = Consent::rehearse;
    } else if (!writes) {
      expected = Consent::nothing;
    } else if (must_be_confirmed && !circumstances.yes) {
      expected = circumstances.terminal ? Consent::ask : Consent::refuse;
    }
    CHECK(consent == expected);
    // What fails or is skipped elsewhere has no say in it.
    Outlook alone = outlook;
    alone.failing.clear();
    alone.skipped.clear();
    CHECK(acctl::decide(alone, circumstances) == consent);
  });
  CHECK(cases == 64 * 3 * 2 * 3 * 3);
}

TEST_CASE("the decision in single cases, as a person would say it") {
  struct Case {
    Outlook outlook;
    Circumstances circumstances;
    Consent consent;
  };
  const std::vector<Case> table = {
      // One tenant changes and exactly one other fails: the failure is not that tenant's.
      {{.changing = {"acme"}, .failing = {"bert"}, .takes_away = true}, {.source = AskedBy::words}, Consent::refuse},
      {{.changing = {"acme"}, .failing = {"bert"}}, {.source = AskedBy::files}, Consent::refuse},
      {{.changing = {"acme"}, .failing = {"bert"}}, {.source = AskedBy::saved_plan}, Consent::refuse},
      {{.changing = {"acme"}, .failing = {"bert"}}, {.source = AskedBy::files, .terminal = true}, Consent::ask},
      {{.changing = {"acme"}, .failing = {"bert"}}, {.source = AskedBy::files, .yes = true}, Consent::granted},
      // Nothing but the manager changes.
      {{.adopting = {"acme"}}, {.source = AskedBy::files}, Consent::refuse},
      // All that would change fails.
      {{.failing = {"acme", "bert"}, .takes_away = true}, {.source = AskedBy::files}, Consent::nothing},
      // A grant is forgotten while all tenants are suspended.
      {{.skipped = {"acme"}, .elsewhere = true, .takes_away = true}, {.source = AskedBy::words}, Consent::refuse},
      // Words that add.
      {{.changing = {"acme"}}, {.source = AskedBy::words}, Consent::granted},
      {{.changing = {"acme"}, .takes_away = true},
       {.source = AskedBy::words, .yes = true, .dry_run = true},
       Consent::rehearse},
  };
  for (const Case& one : table) CHECK(acctl::decide(one.outlook, one.circumstances) == one.consent);
}

TEST_CASE("a tenant that fails writes nothing, whatever its plan says", "[promise 13]") {
  const FleetReport report =
      report_of({group_of({"acme", "bert"}, {removal}), group_of({"carl"}, {addition})}, {"acme"});
  const Outlook outlook = acctl::make_outlook(report);
  CHECK(outlook.changing == std::vector<std::string>{"bert", "carl"});
  CHECK(outlook.failing == std::vector<std::string>{"acme"});
  CHECK(outlook.takes_away);
  CHECK(acctl::places(outlook) == "2 tenants");
  const Outlook refused = acctl::make_outlook(report_of({group_of({"acme"}, {removal})}, {"acme"}));
  CHECK_FALSE(refused.writes());
}

TEST_CASE("the question names the tenant that is written, not the first of the report") {
  const Outlook outlook =
      acctl::make_outlook(report_of({group_of({"acme"}, {removal}), group_of({"bert"}, {addition})}, {"acme"}));
  CHECK(acctl::places(outlook) == "tenant bert");
  const Outlook adopts =
      acctl::make_outlook(report_of({group_of({"acme"}, {}, {addition}), group_of({"bert"}, {addition})}, {}));
  CHECK(adopts.adopting == std::vector<std::string>{"acme"});
  CHECK(adopts.changing == std::vector<std::string>{"bert"});
  CHECK(acctl::places(adopts) == "2 tenants");
}

TEST_CASE("words that add take nothing away, those that suspend do", "[promise 13]") {
  CHECK_FALSE(acctl::make_outlook(report_of({group_of({"acme"}, {addition})}, {})).takes_away);
  acctl::PlanGroup narrowing = group_of({"acme"}, {addition});
  narrowing.effects.push_back({.tenant = "acme", .effects = {{.user = "a@b.example", .loses = {"tickets.view"}}}});
  CHECK(acctl::make_outlook(report_of({narrowing}, {})).takes_away);
  Change suspended{.action = acctl::Action::change, .kind = "users", .key = "a@b.example", .fields = {}, .place = {}};
  suspended.fields["status"] = {.before = "active", .after = "suspended"};
  CHECK(acctl::make_outlook(report_of({group_of({"acme"}, {suspended})}, {})).takes_away);
}
