// The table of kinds: what every declaration must say, so that a kind cannot be forgotten elsewhere.
#include "provisioning/model/kinds.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "provisioning/model/field_formats.hpp"
#include "tests/support/catch.hpp"

using acctl::AccessPart;
using acctl::Kind;

TEST_CASE("each kind declares the permissions that change it with --as, or leaves it to admins") {
  for (const Kind& kind : acctl::kinds()) {
    INFO(kind.name);
    CHECK_FALSE(kind.permissions.empty());
    for (const auto* keys : {&kind.permissions, &kind.readers}) {
      for (const std::string_view key : *keys) {
        CHECK(acctl::key_problem(acctl::KeyForm::permission, std::string(key)).empty());
        CHECK((key != "*" || keys->size() == 1));
      }
    }
  }
}

TEST_CASE("each kind has a table, a sentence and an example, and refers only to kinds before it") {
  std::set<std::string_view> known;
  for (const Kind& kind : acctl::kinds()) {
    INFO(kind.name);
    CHECK(known.insert(kind.name).second);
    CHECK(kind.table.find('.') != std::string_view::npos);
    CHECK(kind.summary.ends_with('.'));
    CHECK(kind.example.starts_with(std::string(kind.name) + ":\n") != kind.internal);
    for (const acctl::Field& field : kind.fields) {
      INFO(field.name);
      CHECK(field.help.ends_with('.'));
      CHECK((field.type == acctl::FieldType::reference) == !field.target.empty());
      if (!field.target.empty()) CHECK(known.contains(field.target));
    }
    for (const acctl::List& list : kind.lists) CHECK(known.contains(list.target));
  }
}

TEST_CASE("there is one kind of each part that access is worked out from, and people alone have a status and a seat") {
  for (const AccessPart part :
       {AccessPart::permission, AccessPart::role, AccessPart::role_template, AccessPart::person}) {
    CHECK(std::ranges::count(acctl::kinds(), part, &Kind::part) == 1);
  }
  for (const Kind& kind : acctl::kinds()) {
    INFO(kind.name);
    CHECK(kind.is_person() == (kind.keys == acctl::KeyForm::email));
    CHECK(kind.is_person() == kind.takes_seat);
    CHECK(kind.is_person() == !kind.first_status.empty());
  }
  CHECK(acctl::find_access_part("users") == AccessPart::person);
  CHECK(acctl::find_access_part("user_roles") == AccessPart::none);
  CHECK(acctl::find_access_part("nothing") == AccessPart::none);
}

TEST_CASE("a kind with a default says what it is the default of, and the other way round") {
  for (const Kind& kind : acctl::kinds()) {
    INFO(kind.name);
    const auto named = [&](std::string_view name) {
      return std::ranges::find(kind.fields, name, &acctl::Field::name) != kind.fields.end();
    };
    CHECK(named("default") == kind.defaults.any());
    if (!kind.defaults.field.empty()) CHECK(named(kind.defaults.field));
  }
}

TEST_CASE("edge kinds know what their lists mean") {
  CHECK(acctl::find_edge_kind("user_roles")->is_assignment());
  CHECK(acctl::find_edge_kind("team_members")->is_membership());
  for (const char* name : {"role_permissions", "role_template_permissions", "user_permissions"}) {
    CHECK(acctl::find_edge_kind(name)->gives_permission());
  }
  CHECK(acctl::find_edge_kind("roles") == nullptr);
  CHECK(acctl::find_kind("user_roles") == nullptr);
}

TEST_CASE("the key of an edge is split where an address may hold slashes, too") {
  using Ends = std::pair<std::string, std::string>;
  CHECK(split_edge(*acctl::find_edge_kind("user_roles"), "a/b@x.example/agent") == Ends("a/b@x.example", "agent"));
  CHECK(split_edge(*acctl::find_edge_kind("team_members"), "tier-1/a/b@x.example") == Ends("tier-1", "a/b@x.example"));
  CHECK(acctl::edge_key("agent", "tickets.view") == "agent/tickets.view");
}

TEST_CASE("the choices of a field are listed in the table alone") {
  CHECK(acctl::find_choices("users", "idp").front() == "local");
  CHECK_THROWS_AS(acctl::find_choices("users", "name"), std::logic_error);
  CHECK_THROWS_AS(acctl::find_choices("nothing", "idp"), std::logic_error);
}

TEST_CASE("no kind is added once the table is in use") {
  acctl::kinds();
  CHECK_THROWS_AS(acctl::add_kind({}), std::logic_error);
}
