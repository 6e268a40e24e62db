#include "tests/support/random_state.hpp"

#include <vector>

#include "provisioning/model/kinds.hpp"

namespace acctl::test {

namespace {

const std::vector<std::string> random_words = {
    "a", "\"quoted\" 'text'", "${no}", "ünï€", "two\nlines", "1e3", "no", " x ", "-", "\\n"};

// The only kinds whose keys have a grammar of their own.
std::string key_of(std::string_view kind, int number) {
  const std::string digits = std::to_string(number);
  if (kind == "permissions") return number == 0 ? "*" : "thing" + digits + ".do";
  if (kind == "users") return (number == 1 ? "with/slash" : "user" + digits) + "@acme.example";
  if (kind == "protections") return "roles/key" + digits;
  if (kind == "idp")
    return std::vector{"entra", "google", "okta", "duo", "saml", "oidc"}.at(static_cast<std::size_t>(number));
  return "key" + digits;
}

}  // namespace

std::string RandomStates::text() {
  return random_words[static_cast<std::size_t>(below(static_cast<int>(random_words.size())))];
}

nlohmann::json RandomStates::value() {
  switch (below(6)) {
    case 0:
      return below(1000) - 500;
    case 1:
      return chance(50);
    case 2:
      return 0.25 * below(100);
    case 3:
      return nlohmann::json::array({text(), below(5), nullptr});
    case 4:
      return {{"a", text()}, {"b", {{"c", nlohmann::json::array()}}}};
    default:
      return text();
  }
}

void RandomStates::add_objects(State& state) {
  for (const Kind& kind : kinds()) {
    for (int number = 0; number < 6; ++number) {
      if (chance(40)) continue;
      Object object;
      const std::string key = key_of(kind.name, number);
      for (const Field& field : kind.fields) {
        const std::string name(field.name);
        const nlohmann::json fallback = nlohmann::json::parse(field.fallback);
        if (!field.required && chance(50)) {
          if (!fallback.is_null()) object.fields[name] = fallback;
          continue;
        }
        switch (field.type) {
          case FieldType::text:
            // The definitions format lets no line break into a name.
            object.fields[name] = name == "name" ? "name " + std::to_string(below(9)) : text();
            break;
          case FieldType::integer:
            object.fields[name] = 1 + below(20);
            break;
          case FieldType::boolean:
            object.fields[name] = chance(50);
            break;
          case FieldType::choice:
            object.fields[name] =
                std::string(field.choices[static_cast<std::size_t>(below(static_cast<int>(field.choices.size())))]);
            break;
          case FieldType::date:
            object.fields[name] = "2026-11-0" + std::to_string(1 + below(9));
            break;
          case FieldType::reference: {
            const auto targets = state.find(std::string(field.target));
            if (targets != state.end() && !targets->second.empty())
              object.fields[name] = targets->second.begin()->first;
            break;
          }
          case FieldType::document:
            // What a document may hold is checked against the rest of the tenant; of settings it is anything.
            object.fields[name] = kind.value_only ? value() : fallback;
            break;
        }
      }
      if (chance(30)) object.manager = chance(50) ? "one" : "two";
      state[std::string(kind.name)][key] = std::move(object);
    }
  }
}

void RandomStates::add_members(State& state) {
  for (const EdgeKind& edge : edge_kinds()) {
    for (const auto& [owner, object] : state[std::string(edge.owner->name)]) {
      for (const auto& [target, other] : state[std::string(edge.list->target)]) {
        if (chance(60)) continue;
        // An enterprise gives such a role, no edit of one tenant.
        const auto scope = other.fields.find("scope");
        if (edge.list->kind == "user_roles" && scope != other.fields.end() && scope->second == "enterprise") continue;
        Object& member = state[std::string(edge.list->kind)][edge_key(owner, target)];
        const auto levels = other.fields.find("levels");
        if (!edge.list->level_column.empty() && levels != other.fields.end() && chance(50)) {
          member.fields["level"] = levels->second[0];
        }
        if (!edge.list->until_column.empty() && chance(30)) {
          member.fields["until"] = chance(50) ? "2099-01-01T00:00:00Z" : "2100-12-31T23:59:59Z";
        }
      }
    }
  }
}

State RandomStates::next() {
  State state;
  add_objects(state);
  // What the kinds' table does not say of them and the database checks.
  for (auto& [key, object] : state["permissions"]) {
    object.fields.erase("levels");
    if (key != "*" && chance(50)) object.fields["levels"] = nlohmann::json::array({"group", "global"});
  }
  int defaults = 0;
  for (const char* kind : {"statuses", "priorities"}) {
    for (auto& [key, object] : state[kind]) object.fields["default"] = kind[0] == 's' && defaults++ == 0;
  }
  for (auto& [kind, objects] : state) {
    for (auto& [key, object] : objects) {
      if (object.fields.contains("colour")) object.fields["colour"] = chance(50) ? "#00ff00" : "#808080";
      if (kind == "business_hours") object.fields["time_zone"] = chance(50) ? "Europe/Berlin" : "Etc/UTC";
      if (kind == "sla_policies") object.fields["resolution_minutes"] = 1 + below(100);
      if (kind == "custom_fields") object.fields["options"] = {{"choices", {"x"}}, {"formula", "1"}};
      if (kind == "automations") object.fields["actions"] = nlohmann::json::array({{{"add_note", text()}}});
      if (kind == "forms") object.fields["fields"] = nlohmann::json::array({{{"field", "subject"}}});
      if (kind == "forms" && !object.fields.contains("project")) object.fields["creates"] = "ticket";
      if (kind == "email_templates") object.fields["subject"] = "Hello {{name}}";
      if (kind == "views" && object.fields.contains("grouping"))
        object.fields["grouping"] = chance(50) ? "team" : "rank";
      if (kind == "roles") object.fields["system"] = object.fields["base"] = false;
      if (kind == "idp") {
        object.fields["issuer"] = "https://" + key + ".example";
        object.fields["client_id"] = "client " + key;
        if (object.fields.contains("secret")) object.fields["secret"] = "vault:" + key;
      }
      if (kind == "users") {
        // A tenant that has providers gives its users no others.
        const auto providers = state.find("idp");
        const bool chosen = providers != state.end() && !providers->second.empty();
        const auto idp = object.fields.find("idp");
        if (chosen && idp != object.fields.end() && !providers->second.contains(idp->second)) idp->second = "local";
        object.status = chance(50) ? "invited" : "active";
        if (object.fields.contains("external_id")) object.fields["external_id"] = "id of " + key;
      }
    }
  }
  add_members(state);
  std::erase_if(state, [](const auto& kind) { return kind.second.empty(); });
  return state;
}

std::string portrait_of(const State& state) {
  std::string all;
  for (const auto& [kind, objects] : state) {
    for (const auto& [key, object] : objects) {
      all += kind + "/" + key;
      for (const auto& [name, value] : object.fields) all += " " + name + "=" + value.dump();
      all += " " + object.manager + " " + object.status + "\n";
    }
  }
  return all;
}

}  // namespace acctl::test
