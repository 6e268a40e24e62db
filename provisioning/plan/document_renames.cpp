#include "provisioning/plan/document_renames.hpp"

#include "provisioning/model/document_fits.hpp"
#include "provisioning/model/field_formats.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

// What a document names: kind and key.
using Named = std::pair<std::string, std::string>;

// Of what `value` names, that which `ways` (kind -> old key -> new key) lead elsewhere: the new keys.
std::map<Named, std::string> moves_in(const DocumentForm& form, const std::string& key, const nlohmann::json& value,
                                      const Renames& ways) {
  std::map<Named, std::string> moves;
  for (const DocumentReference& reference : read_document_value(form, key, value).references) {
    const auto of_kind = ways.find(std::string(reference.kind));
    if (of_kind == ways.end()) continue;
    const auto way = of_kind->second.find(reference.key);
    if (way != of_kind->second.end()) moves.emplace(Named(reference.kind, reference.key), way->second);
  }
  return moves;
}

// A key that nothing has, for what is on its way from one key to another.
std::string key_between(const std::string& kind, std::size_t number) {
  const std::string digits = std::to_string(number);
  return find_kind(kind)->keys == KeyForm::email ? "acctl-" + digits + "@moving.invalid" : "acctl-moving-" + digits;
}

nlohmann::json moved(const DocumentForm& form, const std::string& key, nlohmann::json value,
                     const std::map<Named, std::string>& moves) {
  std::size_t number = 0;
  for (const auto& [named, to] : moves) {
    rename_in_document(form, key, value, named.first, named.second, key_between(named.first, number++));
  }
  number = 0;
  for (const auto& [named, to] : moves) {
    rename_in_document(form, key, value, named.first, key_between(named.first, number++), to);
  }
  return value;
}

// Custom fields of persons are set to addresses. All at once: each text is looked at once.
void follow_in_settings(const DocumentForm& form, const State& state, const std::map<std::string, std::string>& ways,
                        Object& object) {
  const std::string field(form.field);
  nlohmann::json value = std::as_const(object.fields).at(field);
  bool moved = false;
  visit_field_texts(form, value, [&](const std::string& set, std::string& text) {
    const auto way = ways.find(normal_key(KeyForm::email, text));
    const Object* custom = way == ways.end() ? nullptr : find_object(state, "custom_fields", set);
    if (custom == nullptr || find_field_text(*custom, "type") != "person") return;
    text = way->second;
    moved = true;
  });
  if (moved) object.fields.set(field, std::move(value));
}

}  // namespace

void follow_in_documents(State& state, const Renames& renames) {
  Renames ways;
  for (const auto& [kind, of_kind] : renames) {
    for (const auto& [to, from] : of_kind) ways[kind].emplace(from, to);
  }
  if (ways.empty()) return;
  const auto people = ways.find("users");
  for (const DocumentForm& form : document_forms()) {
    const auto objects = state.find(std::string(form.kind));
    if (objects == state.end()) continue;
    for (auto& [key, object] : objects->second) {
      const auto value = object.fields.find(std::string(form.field));
      if (value == object.fields.end()) continue;
      const std::map<Named, std::string> moves = moves_in(form, key, value->second, ways);
      if (!moves.empty()) value->second = moved(form, key, std::move(value->second), moves);
      if (people != ways.end()) follow_in_settings(form, state, people->second, object);
    }
  }
}

}  // namespace acctl
