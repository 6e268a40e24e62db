// What the registry has of a tenant beside its configuration: it comes back with 'tenant restore', which says who is
// let in, and is not copied by 'tenant clone'.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::Result;
using acctl::test::TestPlatform;

namespace {

using Words = std::vector<std::string>;

void drop(const TestPlatform& acctl, const std::string& slug, const Words& more = {}) {
  Words words = {"tenant", "delete", slug, "--confirm", slug, "--hold", "0"};
  words.insert(words.end(), more.begin(), more.end());
  check_ended(acctl(words), 0);
}

// acme, which has something of its own wherever the registry keeps something.
void furnish(const TestPlatform& acctl) {
  acctl.create("acme", {"--plan", "pro", "--seats", "7", "--label", "tier=gold"});
  check_ended(acctl({"tenant", "set-plan", "acme", "--feature", "sso=on", "--feature", "custom_roles=off", "--limit",
                     "projects=none", "--limit", "storage_bytes=1000", "--subscription", "past_due", "--yes"}),
              0);
  check_ended(acctl({"tenant", "edit", "acme", "--notes", "Calls on Mondays."}), 0);
}

// What a person would compare, and what binds the application.
std::string terms(const TestPlatform& acctl, const std::string& slug) {
  const auto shown = acctl.json({"tenant", "show", slug});
  std::string text;
  for (const char* field :
       {"plan", "subscription", "trial_ends_at", "limits", "overrides", "features", "labels", "notes"})
    text += shown[field].dump() + "\n";
  return text + shown["seats"]["limit"].dump() + "\n" +
         acctl.in(slug,
                  "select concat_ws(' ', plan, seat_limit, project_limit, storage_limit, features) from acctl.tenant");
}

std::string subscription(const TestPlatform& acctl, const std::string& slug) {
  return acctl.json({"tenant", "show", slug})["subscription"];
}

}  // namespace

TEST_CASE("a restored tenant has the terms of the original, deleted or not") {
  const TestPlatform acctl;
  furnish(acctl);
  const std::string before = terms(acctl, "acme");
  const std::string file = acctl.folder.path() + "/acme.yaml";
  check_ended(acctl({"export", "-t", "acme", "--with-data", "--out", file}), 0);
  check_ended(acctl({"tenant", "restore", "acme", "--from", file, "--as", "beside", "--with-data"}), 0);
  CHECK(terms(acctl, "beside") == before);
  drop(acctl, "acme");
  CHECK(acctl.control("select subscription from acctl.tenants where slug = 'acme'") == "canceled");
  const std::string world = acctl.world_but_audit();
  const auto rehearsed = acctl.json({"tenant", "restore", "acme", "--as", "again", "--dry-run"});
  CHECK(rehearsed["subscription"] == "past_due");
  CHECK(rehearsed["limits"].dump() == R"({"projects":null,"storage_bytes":1000})");
  CHECK(acctl.world_but_audit() == world);
  check_ended(acctl({"tenant", "restore", "acme", "--as", "again"}), 0);
  CHECK(terms(acctl, "again") == before);
  check_ended(acctl({"tenant", "restore", "acme"}), 0);
  CHECK(terms(acctl, "acme") == before);
  CHECK(acctl.control("select after ->> 'subscription' || ' ' || (after ->> 'notes') from acctl.audit where action = "
                      "'tenant.create' and slug = 'again'") == "past_due Calls on Mondays.");
  check_ended(acctl({"tenant", "doctor"}), 0);
}

TEST_CASE("plan and seats of the command line come before those of the original") {
  const TestPlatform acctl;
  furnish(acctl);
  drop(acctl, "acme");
  check_ended(acctl({"tenant", "restore", "acme", "--plan", "enterprise", "--seats", "9"}), 0);
  const auto shown = acctl.json({"tenant", "show", "acme"});
  CHECK(shown["plan"] == "enterprise");
  CHECK(shown["seats"]["limit"] == 9);
  CHECK(shown["limits"].dump() == R"({"projects":null,"storage_bytes":1000})");
  CHECK(acctl.in("acme", "select concat_ws(' ', plan, seat_limit, storage_limit) from acctl.tenant") ==
        "enterprise 9 1000");
}

TEST_CASE("a trial goes on where it was, and a canceled subscription is said") {
  const TestPlatform acctl;
  acctl.create("acme");
  check_ended(acctl({"tenant", "set-plan", "acme", "--trial-ends", "2091-01-31T18:00:00Z"}), 0);
  drop(acctl, "acme");
  const Result restored = acctl({"tenant", "restore", "acme"});
  check_ended(restored, 0);
  CHECK_FALSE(contains(restored.err, "canceled"));
  CHECK(acctl.json({"tenant", "show", "acme"})["trial_ends_at"] == "2091-01-31T18:00:00Z");
  check_ended(acctl({"tenant", "set-plan", "acme", "--subscription", "canceled"}), 0);
  drop(acctl, "acme");
  const std::string said =
      "the subscription is canceled, as in the registry; to change it: acctl tenant set-plan back --subscription active";
  check_ended(acctl({"tenant", "restore", "acme", "--as", "back", "--dry-run"}), 0, said);
  check_ended(acctl({"tenant", "restore", "acme", "--as", "back"}), 0, said);
  CHECK(subscription(acctl, "back") == "canceled");
  // Deleted by an acctl that did not record what the subscription was.
  check_ended(acctl({"tenant", "set-plan", "back", "--subscription", "active"}), 0);
  drop(acctl, "back");
  acctl.control(
      "alter table acctl.audit disable trigger user; update acctl.audit set before = before - 'subscription' where "
      "action = 'tenant.delete'; alter table acctl.audit enable trigger user");
  check_ended(acctl({"tenant", "restore", "back"}), 0, "the subscription is canceled, as in the registry");
  CHECK(subscription(acctl, "back") == "canceled");
}

TEST_CASE("a file of a tenant that the registry does not know brings no terms, which is said") {
  const TestPlatform acctl;
  furnish(acctl);
  const std::string file = acctl.folder.path() + "/acme.yaml";
  check_ended(acctl({"export", "-t", "acme", "--out", file}), 0);
  check_ended(
      acctl({"tenant", "restore", "gone", "--from", file, "--name", "Gone", "--admin-email", "ana@acme.example"}), 0,
      "the registry does not know a tenant 'gone'");
  const auto shown = acctl.json({"tenant", "show", "gone"});
  CHECK(shown["plan"] == "trial");
  CHECK(shown["overrides"].dump() == "{}");
}

TEST_CASE("a tenant is restored in the region of the original, or in the one that is named") {
  const TestPlatform acctl;
  acctl.control("insert into acctl.servers (name, region) values ('other', 'eu')");
  acctl.create("acme", {"--region", "eu"});
  for (const char* slug : {"x", "y"}) acctl.create(slug, {"--region", "eu"});  // the other one has more room
  drop(acctl, "acme");
  check_ended(acctl({"tenant", "restore", "acme"}), 0);
  CHECK(acctl.json({"tenant", "show", "acme"})["server"] == "other");
  check_ended(acctl({"tenant", "restore", "acme", "--from", "1", "--as", "here", "--region", "default"}), 0);
  CHECK(acctl.json({"tenant", "show", "here"})["server"] == "main");
  check_ended(acctl({"tenant", "restore", "acme", "--as", "there", "--from", "1", "--server", "main"}), 0);
  CHECK(acctl.json({"tenant", "show", "there"})["server"] == "main");
}

TEST_CASE("promise 12: an administrator who left before or after a tenant was dropped is not invited back") {
  const std::string no_more = "ana@acme.example is no admin of tenant acme any more";
  const std::string ben = "ben@acme.example";
  const auto with_ben = [&](const TestPlatform& acctl) {
    acctl.create("acme");
    check_ended(acctl({"user", "invite", ben, "--role", "admin", "-t", "acme"}), 0);
    acctl.in("acme", "update app.users set status = 'active'");
  };
  SECTION("in the tenant itself, which is dropped at once") {
    const TestPlatform acctl;
    with_ben(acctl);
    check_ended(acctl({"user", "offboard", "ana@acme.example", "--yes"}), 0);
    drop(acctl, "acme");
    check_ended(acctl({"tenant", "restore", "acme"}), 7, no_more);
    const Result named = acctl({"tenant", "restore", "acme", "--admin-email", ben});
    check_ended(named, 0);
    CHECK_FALSE(contains(named.err, "the first administrator is"));
  }
  SECTION("while it was held") {
    const TestPlatform acctl;
    with_ben(acctl);
    check_ended(acctl({"tenant", "delete", "acme", "--confirm", "acme"}), 0);
    check_ended(acctl({"user", "offboard", "ana@acme.example", "--yes"}), 0);
    drop(acctl, "acme");
    check_ended(acctl({"tenant", "restore", "acme"}), 7, no_more);
    CHECK(acctl.control("select string_agg(email, ' ') from acctl.departures") == "ana@acme.example");
    CHECK(acctl.control("select count(*) from acctl.held_people") == "0");
  }
  SECTION("later, everywhere else") {
    const TestPlatform acctl;
    with_ben(acctl);
    acctl.create("bert");
    check_ended(acctl({"user", "invite", "ana@acme.example", "-t", "bert", "--role", "support-agent"}), 0);
    drop(acctl, "acme");
    check_ended(acctl({"user", "offboard", "ana@acme.example", "--yes"}), 0);
    check_ended(acctl({"tenant", "restore", "acme"}), 7, no_more);
  }
}

TEST_CASE("who becomes the administrator of a tenant that was dropped is said") {
  const TestPlatform acctl;
  acctl.create("acme");
  drop(acctl, "acme");
  const std::string said = "the first administrator is ana@acme.example, as when the tenant was deleted";
  check_ended(acctl({"tenant", "restore", "acme", "--dry-run"}), 0, said);
  check_ended(acctl({"tenant", "restore", "acme"}), 0, said);
  check_ended(acctl({"tenant", "restore", "acme"}), 0, "already restored");
}

TEST_CASE("a clone has the plan of its source and no other terms, which is said") {
  const TestPlatform acctl;
  furnish(acctl);
  const Words clone = {"tenant", "clone", "acme", "twin", "--name", "Twin", "--admin-email", "ana@twin.example"};
  const std::string said = "limits and features that acme has of its own are not copied";
  check_ended(acctl(clone), 0, said);
  const auto shown = acctl.json({"tenant", "show", "twin"});
  CHECK(shown["plan"] == "pro");
  CHECK(shown["subscription"] == "trialing");
  CHECK(shown["seats"]["limit"] == 100);
  CHECK(shown["overrides"].dump() == "{}");
  CHECK(shown["labels"].dump() == "{}");
  CHECK(shown["notes"].is_null());
  CHECK_FALSE(contains(acctl(clone).err, said));
  acctl.create("plain");
  const Result plain = acctl({"tenant", "clone", "plain", "copy", "--name", "Copy", "--admin-email", "a@copy.example"});
  check_ended(plain, 0);
  CHECK_FALSE(contains(plain.err, "not copied"));
}
