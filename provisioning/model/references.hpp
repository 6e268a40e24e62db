// What objects of definitions refer to.
#pragma once

#include <string>
#include <string_view>

#include "provisioning/model/definitions.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/model/template_names.hpp"

namespace acctl {

struct Reference {
  std::string_view kind;  // of what is referred to
  const std::string* key = nullptr;
  const std::string* level = nullptr;  // of an entry of a list
  const Place* place = nullptr;
  bool removed = false;  // an entry that takes away
};

// Calls visit(Reference) for each field, list entry and clone that names an object of the tenant.
template <class Visit>
void each_reference(const Definitions& definitions, const Visit& visit) {
  for (const auto& [name, objects] : definitions.objects) {
    const Kind& kind = *find_kind(name);
    for (const auto& [key, object] : objects) {
      for (const Field& field : kind.fields) {
        const auto found = object.fields.find(std::string(field.name));
        if (found == object.fields.end()) continue;
        for (const InnerReference& inner : found->second.inner.all()) {
          visit(Reference{inner.kind, &inner.key, nullptr, &inner.place, false});
        }
        if (field.type != FieldType::reference || !found->second.value.is_string()) continue;
        visit(Reference{field.target, &found->second.value.template get_ref<const std::string&>(), nullptr,
                        &found->second.place, false});
      }
      for (const List& list : kind.lists) {
        const auto found = object.lists.find(std::string(list.name));
        if (found == object.lists.end()) continue;
        for (const ListEntry& entry : found->second.entries) {
          visit(Reference{list.target, &entry.key, &entry.level.str(), &entry.place, entry.remove});
        }
      }
      if (object.clone.empty() || names_template(object.clone)) continue;
      visit(Reference{kind.name, &object.clone.str(), nullptr, &object.clone_place, false});
    }
  }
}

}  // namespace acctl
