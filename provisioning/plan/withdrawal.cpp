#include "provisioning/plan/withdrawal.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "provisioning/model/kinds.hpp"
#include "provisioning/model/protections.hpp"
#include "provisioning/plan/renames.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

// An entry of a list, which is a key alone or an object.
const std::string& key_of_entry(const Json& entry) {
  return (entry.is_string() ? entry : entry.at("key")).get_ref<const std::string&>();
}

// The member at `name` of an object; nullptr if there is none.
Json* find_part(Json* object, const std::string& name) {
  if (object == nullptr || !object->is_object()) return nullptr;
  const auto found = object->find(name);
  return found == object->end() ? nullptr : &*found;
}

class Withdrawal {
 public:
  Withdrawal(Json declared, const std::vector<Change>& undone)
      : declared_(std::move(declared)), undone_(undone), renames_(collect_renames(undone)) {}

  Json run() {
    for (const Change& change : undone_) {
      if (const EdgeKind* edge = find_edge_kind(change.kind)) {
        withdraw_member(*edge, change);
      } else if (const Kind* kind = find_kind(change.kind); kind != nullptr && kind->internal) {
        withdraw_protection(change);
      } else if (kind != nullptr) {
        withdraw_object(change);
      }
    }
    if (!renames_.empty()) rename_back();
    return std::move(declared_);
  }

 private:
  Json* find_objects(std::string_view kind) { return find_part(find_part(&declared_, "objects"), std::string(kind)); }

  // With an object that the run made or took over goes all that was declared of it.
  void withdraw_object(const Change& change) {
    Json* objects = find_objects(change.kind);
    Json* object = find_part(objects, change.key);
    if (object == nullptr || change.action == Action::remove) return;
    if (change.action == Action::add || change.fields.contains("manager")) {
      objects->erase(change.key);
      return;
    }
    Json* fields = find_part(object, "fields");
    for (const auto& [name, values] : change.fields) {
      if (fields != nullptr) fields->erase(name);
      if (name == "status") object->erase(name);
      if (name == "key") object->erase("previously");
    }
  }

  // A whole list says again what it held before; one that adds and removes says nothing of the member any more.
  void withdraw_member(const EdgeKind& edge, const Change& change) {
    const auto [owner, target] = split_edge(edge, change.key);
    Json* list =
        find_part(find_part(find_part(find_objects(edge.owner->name), owner), "lists"), std::string(edge.list->name));
    if (list == nullptr) return;
    Json& entries = list->at("entries");
    const auto found =
        std::find_if(entries.begin(), entries.end(), [&](const Json& entry) { return key_of_entry(entry) == target; });
    Json level = "";
    if (found != entries.end()) {
      if (found->is_object()) level = found->at("level");
      entries.erase(found);
    }
    const auto before = [&](const std::string& field) {
      const auto value = change.fields.find(field);
      return value == change.fields.end() ? Json() : value->second.before;
    };
    // What was granted for a time stands beside the list.
    if (change.action == Action::add || list->at("relative") == true || !before("until").is_null()) return;
    if (change.fields.contains("level")) level = before("level").is_null() ? Json("") : before("level");
    entries.push_back({{"key", target}, {"level", level}, {"remove", false}});
  }

  void withdraw_protection(const Change& change) {
    Json* patterns = find_part(&declared_, "protect");
    if (patterns == nullptr) return;
    const Json pattern = protected_pattern(change.key);
    const auto found = std::find(patterns->begin(), patterns->end(), pattern);
    if (found != patterns->end()) patterns->erase(found);
    if (change.action == Action::remove) patterns->push_back(pattern);
  }

  // Everything under the names from before.
  void rename_back() {
    for (auto& [kind_name, objects] : declared_.at("objects").items()) {
      const Kind* kind = find_kind(kind_name);
      if (kind == nullptr) continue;
      Json renamed = Json::object();
      for (auto& [key, object] : objects.items()) {
        rename_fields(*kind, object);
        rename_entries(*kind, object);
        if (Json* clone = find_part(&object, "clone")) *clone = key_before(renames_, kind_name, *clone);
        renamed[key_before(renames_, kind_name, key)] = std::move(object);
      }
      objects = std::move(renamed);
    }
  }

  void rename_fields(const Kind& kind, Json& object) {
    Json* fields = find_part(&object, "fields");
    for (const Field& field : kind.fields) {
      Json* value = field.target.empty() ? nullptr : find_part(fields, std::string(field.name));
      if (value != nullptr && value->is_string()) *value = key_before(renames_, field.target, *value);
    }
  }

  void rename_entries(const Kind& kind, Json& object) {
    Json* lists = find_part(&object, "lists");
    for (const List& list : kind.lists) {
      Json* declared = find_part(lists, std::string(list.name));
      if (declared == nullptr || !renames_.contains(std::string(list.target))) continue;
      for (Json& entry : declared->at("entries")) {
        Json& key = entry.is_string() ? entry : entry.at("key");
        key = key_before(renames_, list.target, key);
      }
    }
  }

  Json declared_;
  const std::vector<Change>& undone_;
  const Renames renames_;
};

}  // namespace

Json without_undone(Json declared, const std::vector<Change>& undone) {
  return Withdrawal(std::move(declared), undone).run();
}

}  // namespace acctl
