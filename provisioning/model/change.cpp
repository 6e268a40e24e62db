#include "provisioning/model/change.hpp"

#include "provisioning/base/digest.hpp"
#include "provisioning/base/words.hpp"

namespace acctl {

std::string Change::old_key() const {
  const FieldChange* renamed = fields.get("key");
  return renamed == nullptr ? key : renamed->before.get<std::string>();
}

bool Change::sets(std::string_view field, const nlohmann::json& value) const {
  const FieldChange* change = fields.get(field);
  return change != nullptr && change->after == value;
}

bool Change::is_adoption() const {
  return action == Action::change && fields.size() == 1 && fields.begin()->first == "manager" &&
         fields.begin()->second.before.is_null();
}

std::string_view to_string(TakenAlong::Fate fate) {
  if (fate == TakenAlong::Fate::deleted) return "deleted";
  return fate == TakenAlong::Fate::ended ? "ended" : "released";
}

std::string_view to_string(Action action) {
  return find_word(action, {{Action::add, "add"}, {Action::change, "change"}, {Action::remove, "remove"}});
}

std::string to_address(const Change& change) { return change.kind + "/" + change.key; }

std::string compute_digest(const Plan& plan) {
  Digest digest;
  for (const std::vector<Change>* part : {&plan.changes.all(), &plan.adoptions.all()}) {
    for (const Change& change : *part) {
      digest.add(to_string(change.action));
      digest.add(change.kind);
      digest.add(change.key);
      for (const auto& [name, values] : change.fields) {
        digest.add(name);
        digest.add(values.before.dump());
        digest.add(values.after.dump());
      }
    }
  }
  return digest.hex();
}

}  // namespace acctl
