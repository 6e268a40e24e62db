// Small values of the model: places, changes, protections, references, definitions, and fields in words.
#include <algorithm>

#include "provisioning/model/change.hpp"
#include "provisioning/model/definitions.hpp"
#include "provisioning/model/describe.hpp"
#include "provisioning/model/protections.hpp"
#include "provisioning/model/references.hpp"
#include "provisioning/model/scope.hpp"
#include "tests/support/catch.hpp"

using acctl::Change;
using acctl::Definitions;

namespace {

const acctl::Field& field_named(std::string_view kind, std::string_view name) {
  return *std::ranges::find(acctl::find_kind(kind)->fields, name, &acctl::Field::name);
}

std::string references_in(const Definitions& definitions) {
  std::string all;
  each_reference(definitions, [&](const acctl::Reference& reference) {
    all += std::string(reference.removed ? "-" : "") + std::string(reference.kind) + "/" + *reference.key + " ";
  });
  return all;
}

}  // namespace

TEST_CASE("a place is read from the source of a change") {
  CHECK(acctl::parse_place("a/b.yaml:12").file == "a/b.yaml");
  CHECK(acctl::parse_place("a/b.yaml:12").line == 12);
  CHECK(acctl::parse_place("nowhere").line == 0);
}

TEST_CASE("a rename knows both keys, and an adoption changes nothing but the manager") {
  Change change{.action = acctl::Action::change, .kind = "teams", .key = "now", .fields = {{"key", {"then", "now"}}}};
  CHECK(change.old_key() == "then");
  CHECK(to_address(change) == "teams/now");
  CHECK_FALSE(change.is_adoption());
  change.fields = {{"manager", {nullptr, "mine"}}};
  CHECK(change.old_key() == "now");
  CHECK(change.is_adoption());
  change.fields = {{"manager", {"theirs", "mine"}}};
  CHECK_FALSE(change.is_adoption());
}

TEST_CASE("plans with equal changes have equal digests, and others have not") {
  const Change change{.action = acctl::Action::add, .kind = "teams", .key = "a", .fields = {{"name", {nullptr, "A"}}}};
  Change other = change;
  other.fields["name"].after = "B";
  const auto digest = [](const Change& one) { return acctl::compute_digest({.changes = {one}, .adoptions = {}}); };
  CHECK(digest(change) == digest(change));
  CHECK(digest(change) != digest(other));
  CHECK(digest(change).size() == 64);
}

TEST_CASE("each manager has a protection of its own") {
  acctl::Objects others;
  CHECK(acctl::protection_key(others, "roles/*", "one") == "roles/*");
  others["roles/*"].manager = "one";
  CHECK(acctl::protection_key(others, "roles/*", "one") == "roles/*");
  CHECK(acctl::protection_key(others, "roles/*", "two") == "roles/* (two)");
  CHECK(acctl::protected_pattern("roles/* (two)") == "roles/*");
  others["roles/*"].manager = "";
  CHECK(acctl::protection_key(others, "roles/*", "two") == "roles/*");
}

TEST_CASE("references are those of fields, lists and clones") {
  Definitions definitions;
  acctl::Declaration& user = definitions.objects["users"]["ana@x.example"];
  user.fields["role_template"] = {"manager", {}};
  user.lists["roles"].entries = {{.key = "agent", .level = {}, .place = {}},
                                 {.key = "old", .level = {}, .remove = true, .place = {}}};
  definitions.objects["teams"]["night"].clone = "day";
  definitions.objects["forms"]["contact"].clone = "pack:contact";  // none of the tenant's
  CHECK(references_in(definitions) == "teams/day role_templates/manager roles/agent -roles/old ");
}

TEST_CASE("definitions say the same after a round trip through their record") {
  Definitions definitions;
  definitions.manager = "gitops";
  definitions.objects["roles"]["agent"].fields["name"] = {"Agent", {"a.yaml", 3, 1}};
  definitions.objects["roles"]["agent"].lists["permissions"].entries = {
      {.key = "tickets.view", .level = "group", .place = {}}, {.key = "tickets.edit", .level = {}, .place = {}}};
  definitions.objects["roles"]["copy"].clone = "agent";
  definitions.objects["roles"]["copy"].previously = {"older"};
  definitions.guards.protect.emplace()["roles/agent"];
  const nlohmann::json record = to_json(definitions);
  CHECK(to_json(acctl::definitions_from_json(record)) == record);
  // The order of a list has no meaning.
  std::swap(definitions.objects["roles"]["agent"].lists["permissions"].entries[0],
            definitions.objects["roles"]["agent"].lists["permissions"].entries[1]);
  CHECK(to_json(definitions) == record);
}

TEST_CASE("fields are explained with type, limits and default") {
  CHECK(describe_type(field_named("priorities", "level")) == "whole number from 1 to 100");
  CHECK(describe_type(field_named("statuses", "applies_to")) == "one of ticket, item");
  CHECK(describe_type(field_named("views", "project")) == "key of projects");
  CHECK(describe_default(field_named("teams", "assignment")) == "manual");
  CHECK(describe_default(field_named("teams", "name")).empty());
  CHECK(describe_property(field_named("teams", "notify")) ==
        "Whether members are notified of new work of the team. True or false; default true.");
  CHECK(describe_property(field_named("priorities", "level")).ends_with("; required for a new object."));
  CHECK(describe_type(acctl::find_kind("roles")->lists.front()) == "list of permissions, each with or without a level");
}

TEST_CASE("the scope of all configuration holds all kinds but people") {
  const acctl::Scope scope = acctl::configuration_scope();
  CHECK(scope.kinds.size() + 1 == acctl::kinds().size());
  CHECK_FALSE(scope.kinds.contains("users"));
  CHECK_FALSE(scope.everybody);
}
