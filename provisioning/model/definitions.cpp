#include "provisioning/model/definitions.hpp"

#include <algorithm>

namespace acctl {

namespace {

using Json = nlohmann::json;

Json to_json(const DeclaredList& list) {
  Json entries = Json::array();
  for (const ListEntry& entry : list.entries) {
    // Most are nothing but a key.
    if (entry.level.empty() && !entry.remove && entry.until.empty()) {
      entries.push_back(entry.key);
    } else {
      entries.push_back({{"key", entry.key}, {"level", entry.level}, {"remove", entry.remove}});
      if (!entry.until.empty()) entries.back()["until"] = entry.until;
    }
  }
  // What a list says does not depend on the order in which it says it.
  std::sort(entries.begin(), entries.end());
  return {{"relative", list.relative}, {"entries", std::move(entries)}};
}

Json to_json(const Declaration& declaration) {
  Json object = Json::object();
  for (const auto& [name, declared] : declaration.fields) object["fields"][name.str()] = declared.value;
  for (const auto& [name, list] : declaration.lists) object["lists"][name.str()] = to_json(list);
  if (!declaration.status.empty()) object["status"] = declaration.status;
  if (!declaration.clone.empty()) object["clone"] = declaration.clone;
  if (!declaration.previously.empty()) object["previously"] = declaration.previously.all();
  return object;
}

DeclaredList list_from(const Json& json) {
  DeclaredList list{.relative = json.at("relative"), .entries = {}, .place = {}};
  for (const Json& item : json.at("entries")) {
    if (item.is_string()) {
      list.entries.push_back({.key = item, .level = {}, .place = {}});
    } else {
      list.entries.push_back({.key = item.at("key"),
                              .level = item.at("level").get<std::string>(),
                              .remove = item.at("remove"),
                              .until = item.value("until", "")});
    }
  }
  return list;
}

Declaration declaration_from(const Json& json) {
  Declaration declaration;
  const Json fields = json.value("fields", Json::object());
  for (const auto& [name, value] : fields.items()) declaration.fields[name].value = value;
  const Json lists = json.value("lists", Json::object());
  for (const auto& [name, list] : lists.items()) declaration.lists[name] = list_from(list);
  declaration.status = json.value("status", "");
  declaration.clone = json.value("clone", "");
  declaration.previously = json.value("previously", std::vector<std::string>());
  return declaration;
}

}  // namespace

Place place_within(const Declared& document, std::string_view kind, const std::string& key) {
  const auto inner = std::ranges::find_if(
      document.inner, [&](const InnerReference& each) { return each.kind == kind && each.key == key; });
  return inner == document.inner.end() ? document.place : inner->place;
}

std::string_view AccessTest::kind() const {
  if (!user.empty()) return "users";
  return role_template.empty() ? "roles" : "role_templates";
}

const std::string& AccessTest::key() const {
  if (!user.empty()) return user;
  return role_template.empty() ? role : role_template;
}

std::string AccessTest::subject() const { return user.empty() ? std::string(kind()) + "/" + key() : user; }

Json to_json(const Definitions& definitions) {
  Json json = {{"manager", definitions.manager}, {"objects", Json::object()}};
  for (const auto& [kind, objects] : definitions.objects) {
    Json& of_kind = json["objects"][kind] = Json::object();
    for (const auto& [key, declaration] : objects) of_kind[key] = to_json(declaration);
  }
  if (definitions.guards.protect) {
    json["protect"] = Json::array();
    for (const auto& [key, place] : *definitions.guards.protect) json["protect"].push_back(key);
  }
  if (definitions.guards.min_admins) json["min_admins"] = *definitions.guards.min_admins;
  if (definitions.guards.max_removals) {
    json["max_removals"] = {definitions.guards.max_removals->number, definitions.guards.max_removals->percent};
  }
  for (const AccessTest& test : definitions.tests) {
    json["tests"].push_back({{"kind", test.kind()}, {"key", test.key()}, {"can", test.can}, {"cannot", test.cannot}});
  }
  return json;
}

Definitions definitions_from_json(const Json& json) {
  Definitions definitions;
  definitions.manager = json.at("manager");
  for (const auto& [kind, objects] : json.at("objects").items()) {
    for (const auto& [key, object] : objects.items()) definitions.objects[kind][key] = declaration_from(object);
  }
  if (json.contains("protect")) {
    definitions.guards.protect.emplace();
    for (const std::string key : json["protect"]) (*definitions.guards.protect)[key] = {};
  }
  return definitions;
}

}  // namespace acctl
