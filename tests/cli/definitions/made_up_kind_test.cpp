// A kind is one declaration and one migration: acctl_with_kind declares `tags`, this test brings their table, and
// every command knows them.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::changes_of;
using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

const std::string migration = R"(
create table app.tags (
  id         bigint generated always as identity primary key,
  key        text not null unique,
  name       text not null,
  colour     text not null default '#808080',
  code       text unique,
  project_id bigint references app.projects,
  manager    text check (manager <> ''),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create trigger touch before update on app.tags for each row execute function app.touch();
create trigger bump_revision before insert or update or delete or truncate on app.tags
  for each statement execute function acctl.bump_revision();
grant select, insert, update, delete on app.tags to acctl_app, acctl_operator;
grant usage on all sequences in schema app to acctl_app, acctl_operator;
)";

const std::string two_tags = R"(manager: gitops
permissions:
  tags.manage: {category: Tags}
projects:
  onboarding: {name: Onboarding}
tags:
  vip: {name: VIP, code: V, project: onboarding}
  new: {name: New, code: S}
)";

// acme with a table of tags, and an acctl that knows them.
struct Tagged {
  Tagged() { desk.in(migration); }

  Result operator()(std::vector<std::string> words, bool in_tenant = true) const {
    words.insert(words.begin(), ACCTL_WITH_KIND);
    if (in_tenant) words.insert(words.end(), {"-t", "acme"});
    return acctl::test::run_program({.words = std::move(words), .environment = desk.acctl.acctl.environment});
  }

  Result apply(const std::string& text, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"apply", "-f", desk.file(text), "--yes"};
    words.insert(words.end(), more.begin(), more.end());
    return (*this)(std::move(words));
  }

  std::string tags() const {
    return desk.in(
        "select coalesce(string_agg(t.key || '=' || t.code || coalesce('@' || p.key, ''), ' ' order by t.key), '') "
        "from app.tags t left join app.projects p on p.id = t.project_id");
  }

  // An active user who holds the permission directly.
  void add_user(const std::string& email, const std::string& permission) const {
    desk.in("insert into app.users (email, status) values ('" + email + "', 'active')");
    desk.in(
        "insert into app.user_permissions (user_id, permission_id) select u.id, p.id from app.users u, "
        "app.permissions p where u.email = '" +
        email + "' and p.key = '" + permission + "'");
  }

  TenantFixture desk;
};

}  // namespace

TEST_CASE("a made-up kind is planned, applied, renamed, exported and undone like those of the table") {
  const Tagged acctl;
  check_ended(acctl.desk.plan(two_tags), 3, "unknown key 'tags'");  // of the acctl that does not declare it
  const Result planned = acctl({"plan", "-f", acctl.desk.file(two_tags), "-o", "json"});
  CHECK(contains(changes_of(planned.json()), "add tags/new, add tags/vip"));
  CHECK(acctl.tags().empty());
  check_ended(acctl.apply(two_tags), 0);
  CHECK(acctl.tags() == "new=S vip=V@onboarding");
  check_ended(acctl.apply(two_tags), 0);

  const Result exported = acctl({"export"});
  check_ended(exported, 0, "tags:");
  CHECK(contains(exported.out, "project: onboarding"));

  // Unique values move: each tag takes the code of the other, and one takes another key.
  const Result moved = acctl.apply(R"(manager: gitops
tags:
  key-account: {previously: [vip], code: S}
  new: {code: V}
)",
                                   {"-o", "json"});
  check_ended(moved, 0);
  CHECK(acctl.tags() == "key-account=S@onboarding new=V");
  check_ended(acctl({"undo", moved.json()["run"], "--yes"}), 0);
  CHECK(acctl.tags() == "new=S vip=V@onboarding");

  check_ended(acctl.apply("tags: {loud: {name: Loud, colour: red}}\n"), 3, "colour");
  check_ended(acctl.apply("tags: {lost: {name: Lost, project: nowhere}}\n"), 3, "there is no 'nowhere' among projects");
  check_ended(acctl.apply("manager: gitops\nprojects: {onboarding: {name: Onboarding}}\ntags: {}\n",
                          {"--prune", "--max-removals", "1"}),
              5, "would be removed");
}

TEST_CASE("a made-up kind is changed with --as by who holds the permission that it declares", "[rule rights]") {
  const Tagged acctl;
  check_ended(acctl.apply(two_tags), 0);
  acctl.add_user("tagger@acme.example", "tags.manage");
  acctl.add_user("writer@acme.example", "projects.manage");
  const std::string change = "manager: gitops\ntags: {vip: {name: Very important}}\n";
  check_ended(acctl.apply(change, {"--as", "writer@acme.example"}), 5, "this requires tags.manage or settings.manage");
  check_ended(acctl.apply(change, {"--as", "tagger@acme.example"}), 0);
  CHECK(acctl.desk.in("select name from app.tags where key = 'vip'") == "Very important");
}

TEST_CASE("a made-up kind is in the schema, and explained with its fields and example") {
  const Tagged acctl;
  const Result schema = acctl({"schema"}, false);
  check_ended(schema, 0);
  CHECK(schema.json()["properties"]["tags"]["additionalProperties"]["properties"].contains("code"));
  check_ended(acctl({"explain", "tags"}, false), 0, "Words that mark tickets");
  check_ended(acctl({"explain", "tags.code"}, false), 0, "code: V");
}
