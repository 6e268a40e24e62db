// Whom a row of a directory's list means, where another user has its address.
#include "provisioning/access/directory_sync.hpp"

#include <algorithm>

#include "provisioning/model/kinds.hpp"
#include "tests/support/catch.hpp"

using acctl::Invitee;
using acctl::State;

namespace {

const std::string address = "bea@acme.example";

// A user whom nothing but the id makes known; not of the directory, so that no list suspends them.
void add_user(State& state, const std::string& email, const std::string& idp, const std::string& id) {
  acctl::Object& user = state["users"][email];
  user.status = "active";
  user.fields["idp"] = idp;
  if (!id.empty()) user.fields["external_id"] = id;
}

// "E1 active, E9 invited": who is where afterwards, "-" for who has no id; released addresses as such.
std::string people(const State& state) {
  std::string all;
  for (const auto& [email, user] : state.at("users")) {
    const auto id = user.fields.find("external_id");
    const bool released = email.ends_with(acctl::released_domain);
    all += (all.empty() ? "" : ", ") + (released ? "released" : email.substr(0, email.find('@'))) + " " +
           (id == user.fields.end() ? "-" : id->second.get<std::string>()) + " " + user.status;
  }
  return all;
}

struct Case {
  std::string idp, id;  // of the user who has the address
  bool elsewhere;       // whether the person of the list, E1 of entra, is a user under another address
  std::string stays;    // afterwards, without --on-conflict replace
  std::string replaced;
  bool conflict = true;
};

}  // namespace

TEST_CASE(
    "rule directory: an address of somebody else is a conflict, of whatever provider, and replace gives it to the "
    "person listed") {
  const std::vector<Case> cases = {
      {"entra", "E2", false, "bea E2 active", "released E2 suspended, bea E1 invited"},
      {"okta", "E2", false, "bea E2 active", "released E2 suspended, bea E1 invited"},
      {"okta", "E1", false, "bea E1 active", "released E1 suspended, bea E1 invited"},
      {"entra", "E2", true, "bea E2 active, old E1 active", "released E2 suspended, bea E1 active"},
      {"okta", "E2", true, "bea E2 active, old E1 active", "released E2 suspended, bea E1 active"},
      {"okta", "E1", true, "bea E1 active, old E1 active", "released E1 suspended, bea E1 active"},
      {"local", "", true, "bea - active, old E1 active", "released - suspended, bea E1 active"},
      // Nobody says that this is somebody else.
      {"local", "", false, "bea E1 active", "bea E1 active", false},
      {"entra", "E1", false, "bea E1 active", "bea E1 active", false},
  };
  Invitee row{.email = address, .name = {}, .roles = {}};
  row.idp = "entra";
  row.external_id = "E1";
  for (const Case& one : cases) {
    for (const bool replace : {false, true}) {
      INFO(one.idp << " " << one.id << (one.elsewhere ? " elsewhere" : "") << (replace ? " replace" : ""));
      State state;
      add_user(state, address, one.idp, one.id);
      if (one.elsewhere) add_user(state, "old@acme.example", "entra", "E1");
      acctl::Renames renames;
      acctl::Notes notes;
      const auto conflicts = acctl::reconcile(state, renames, {row}, {.caps = {}, .replace = replace}, notes);
      CHECK(conflicts.size() == (one.conflict && !replace ? 1U : 0U));
      for (const acctl::RowConflict& conflict : conflicts) {
        CHECK(conflict.message.find("external id 'E1' of entra") != std::string::npos);
        CHECK(conflict.message.find(one.id.empty() ? "no external id" : "external id '" + one.id + "' of " + one.idp) !=
              std::string::npos);
        CHECK((conflict.message.find("old@acme.example") != std::string::npos) == one.elsewhere);
      }
      CHECK(people(state) == (replace ? one.replaced : one.stays));
      // The same list again changes nothing.
      const State before = state;
      renames.clear();
      CHECK(acctl::reconcile(state, renames, {row}, {.caps = {}, .replace = replace}, notes).size() ==
            conflicts.size());
      CHECK(people(state) == people(before));
    }
  }
}

TEST_CASE("replace takes an address from nobody whom another row means") {
  State state;
  add_user(state, address, "entra", "E2");
  add_user(state, "old@acme.example", "entra", "E1");
  Invitee mover{.email = address, .name = {}, .roles = {}};
  mover.idp = "entra";
  mover.external_id = "E1";
  Invitee other{.email = "other@acme.example", .name = {}, .roles = {}};
  other.idp = "entra";
  other.external_id = "E2";
  acctl::Renames renames;
  acctl::Notes notes;
  // Both are moved: nobody loses an account.
  CHECK(acctl::reconcile(state, renames, {mover, other}, {.caps = {}, .replace = true}, notes).empty());
  CHECK(people(state) == "bea E1 active, other E2 active");
}

TEST_CASE("rule directory: a list whose ids are all others than the users' replaces no more than the cap lets go") {
  State state;
  std::vector<Invitee> people;
  for (int i = 0; i < 5; ++i) {
    const std::string number = std::to_string(i);
    add_user(state, "u" + number + "@acme.example", "entra", "E" + number);
    Invitee person{.email = "u" + number + "@acme.example", .name = {}, .roles = {}};
    person.idp = "okta";
    person.external_id = "E" + number;
    people.push_back(person);
  }
  acctl::Renames renames;
  acctl::Notes notes;
  const acctl::DirectoryOptions options{.caps = {{.number = 25, .percent = true}}, .replace = true};
  State all = state;
  CHECK_THROWS_WITH(acctl::reconcile(all, renames, people, options, notes), Catch::Contains("users of the directory"));
  people.resize(3);
  CHECK(acctl::reconcile(state, renames, people, options, notes).empty());
}

namespace {

Invitee row(const std::string& email, const std::string& id, int line = 0) {
  Invitee person{.email = email, .name = {}, .roles = {}};
  person.idp = "entra";
  person.external_id = id;
  person.place.line = line;
  return person;
}

std::string user_at(int number) { return "u" + std::to_string(number) + "@acme.example"; }

}  // namespace

TEST_CASE("a long chain of addresses is passed on in any order of rows, and a row that stays keeps those before it") {
  constexpr int length = 20'000;
  State start;
  std::vector<Invitee> list;
  for (int i = 0; i < length; ++i) {
    add_user(start, user_at(i), "entra", "E" + std::to_string(i));
    list.push_back(row(user_at(i + 1), "E" + std::to_string(i)));
  }
  acctl::Notes notes;
  for (const bool backwards : {false, true}) {
    INFO(backwards);
    if (backwards) std::ranges::reverse(list);
    State state = start;
    acctl::Renames renames;
    CHECK(acctl::reconcile(state, renames, list, {.caps = {}}, notes).empty());
    CHECK(renames["users"].size() == list.size());
    CHECK(state["users"].at(user_at(length)).fields.at("external_id") == "E" + std::to_string(length - 1));
    // Somebody whom the list does not have keeps the last address, and so all others stay.
    state = start;
    add_user(state, user_at(length), "okta", "other");
    renames.clear();
    CHECK(acctl::reconcile(state, renames, list, {.caps = {}}, notes).size() == list.size());
    CHECK(renames.empty());
  }
}

TEST_CASE("ids of a provider that does not tell capitals apart are the same in capitals, and stay as they were") {
  for (const std::string provider : {"entra", "okta"}) {
    INFO(provider);
    State state;
    add_user(state, address, provider, "0a-b");
    Invitee person = row("new@acme.example", "0A-B");
    person.idp = provider;
    acctl::Renames renames;
    acctl::Notes notes;
    CHECK(acctl::reconcile(state, renames, {person}, {.caps = {}}, notes).empty());
    CHECK(people(state) == (provider == "entra" ? "new 0a-b active" : "bea 0a-b active, new 0A-B invited"));
  }
}

TEST_CASE("a row that is inactive suspends who is known, and invites nobody") {
  State state;
  add_user(state, address, "entra", "E1");
  std::vector<Invitee> list = {row(address, "E1"), row("new@acme.example", "E2")};
  for (Invitee& person : list) person.active = false;
  acctl::Renames renames;
  acctl::Notes notes;
  CHECK(acctl::reconcile(state, renames, list, {.caps = {}}, notes).empty());
  CHECK(people(state) == "bea E1 suspended");
  for (Invitee& person : list) person.active = true;
  CHECK(
      acctl::reconcile(state, renames, list, {.caps = {}, .reactivate = true, .signed_up = {address}}, notes).empty());
  CHECK(people(state) == "bea E1 active, new E2 invited");
}

TEST_CASE("an admin whose access the list ends is told of unless suspended, whatever the flag") {
  Invitee person = row(address, "E1");
  person.crm_access = false;
  for (const bool admin : {false, true}) {
    for (const bool flag : {false, true}) {
      for (const std::string status : {"active", "suspended"}) {
        INFO(admin << flag << status);
        State state;
        add_user(state, address, "entra", "E1");
        state["users"][address].status = status;
        state["users"][address].fields["crm_access"] = flag;
        if (admin) state["user_permissions"][acctl::edge_key(address, "*")];
        acctl::Renames renames;
        acctl::Notes notes;
        CHECK(acctl::reconcile(state, renames, {person}, {.caps = {}}, notes).empty());
        const bool told = std::ranges::any_of(
            notes.all(), [](const std::string& note) { return note.find("keeps CRM access") != std::string::npos; });
        CHECK(told == (admin && (flag || status == "active")));
        CHECK(state["users"][address].fields["crm_access"] == (admin && flag));
      }
    }
  }
}
