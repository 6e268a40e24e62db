#include "provisioning/plan/naming_documents.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "provisioning/base/text.hpp"
#include "provisioning/model/document_fits.hpp"
#include "provisioning/model/field_formats.hpp"
#include "provisioning/plan/diff.hpp"
#include "provisioning/plan/removal_refusal.hpp"

namespace acctl {

namespace {

bool is_nameable(std::string_view kind) {
  return std::ranges::any_of(document_forms(), [&](const DocumentForm& form) { return can_name(form, kind); });
}

// The addresses of what `changes` removes or alters, as far as documents can name it, and of people whom they suspend.
struct Going {
  std::set<std::string> removed;
  std::set<std::string> people;
  std::set<std::string> altered;  // states and custom fields that are then of something else, or take other values

  bool empty() const { return removed.empty() && people.empty() && altered.empty(); }
};

bool is_alteration(const Change& change) {
  if (change.action != Action::change || (change.kind != "statuses" && change.kind != "custom_fields")) return false;
  return std::ranges::any_of(std::vector<std::string_view>{"applies_to", "type", "options"},
                             [&](std::string_view field) { return change.fields.contains(field); });
}

bool is_suspension(const Change& change) {
  const auto status = change.fields.find("status");
  return change.action == Action::change && status != change.fields.end() && status->second.after == "suspended";
}

Going find_going(const std::vector<Change>& changes, bool with_people) {
  Going going;
  for (const Change& change : changes) {
    if (find_edge_kind(change.kind) != nullptr || !is_nameable(change.kind)) continue;
    if (is_alteration(change)) going.altered.insert(to_address(change));
    if (find_access_part(change.kind) == AccessPart::person) {
      if (with_people && (change.action == Action::remove || is_suspension(change))) {
        going.people.insert(to_address(change));
      }
    } else if (change.action == Action::remove) {
      going.removed.insert(to_address(change));
    }
  }
  for (const Change& change : changes) {
    if (change.action == Action::remove) continue;
    going.removed.erase(to_address(change));  // another one has the name
    if (!is_suspension(change)) going.people.erase(to_address(change));
  }
  return going;
}

// "automations/a names ben@acme.example, who leaves"
void add_remarks(const std::map<std::string, std::set<std::string>>& naming, std::vector<std::string>& remarks) {
  constexpr std::size_t most = 10;
  for (const auto& [person, documents] : naming) {
    remarks.push_back(enumerated({documents.begin(), documents.end()}, most) +
                      (documents.size() == 1 ? " names " : " name ") + person.substr(person.find('/') + 1) +
                      " and will still do so");
  }
}

// What `document` says that does not fit what `altered` names, in words.
std::map<std::string, std::string> misfits_of(const State& state, const DocumentForm& form, const std::string& key,
                                              const std::set<std::string>& altered) {
  std::map<std::string, std::string> misfits;
  const Object* object = find_object(state, form.kind, key);
  const auto value = object == nullptr ? ObjectFields::const_iterator() : object->fields.find(form.field);
  if (object == nullptr || value == object->fields.end()) return misfits;
  const auto field_of = [](const Object& one, std::string_view field) -> const nlohmann::json* {
    static const nlohmann::json nothing;
    const auto found = one.fields.find(field);
    return found == one.fields.end() ? &nothing : &found->second;
  };
  for (DocumentMisfit& misfit : find_misfits(
           form, key, value->second, [&](std::string_view field) { return field_of(*object, field); },
           [&](std::string_view kind, const std::string& named, std::string_view field) {
             const Object* target = find_object(state, kind, named);
             return target == nullptr ? nullptr : field_of(*target, field);
           })) {
    std::string what = std::string(misfit.kind) + "/" + misfit.key;
    if (altered.contains(what)) misfits.emplace(std::move(what), std::move(misfit.message));
  }
  return misfits;
}

// The documents of a tenant as a plan leaves them.
class NamingDocuments {
 public:
  NamingDocuments(State before, const std::vector<Change>& changes, const Going& going)
      : before_(std::move(before)), after_(changed(before_, changes)), going_(going) {
    for (const Change& change : changes) changed_.insert(to_address(change));
  }

  // Throws Error(conflict) for what documents need; the people whom they name, and in which.
  std::map<std::string, std::set<std::string>> check() {
    for (const DocumentForm& form : document_forms()) {
      for (const auto& [key, object] : all_of_kind(after_, form.kind)) {
        const auto value = object.fields.find(form.field);
        if (value == object.fields.end()) continue;
        look_at(form, key, value->second);
        if (!going_.altered.empty()) require_fit(form, key);
      }
    }
    if (needed_.empty()) return std::move(naming_);
    throw Error(ErrorKind::conflict, describe_needed(needed_), "Change those first; the same files can do it.");
  }

 private:
  void look_at(const DocumentForm& form, const std::string& key, const nlohmann::json& value) {
    const std::string document = std::string(form.kind) + "/" + key;
    for (const DocumentReference& named : read_document_value(form, key, value).references) {
      const std::string what = std::string(named.kind) + "/" + named.key;
      if (going_.people.contains(what)) naming_[what].insert(document);
      if (going_.removed.contains(what)) needed_[what].insert(document);
    }
    if (going_.people.empty()) return;
    nlohmann::json copy = value;
    visit_field_texts(form, copy, [&](const std::string& field, const std::string& text) {
      const std::string who = "users/" + normal_key(KeyForm::email, text);
      const Object* custom = going_.people.contains(who) ? find_object(after_, "custom_fields", field) : nullptr;
      if (custom != nullptr && find_field_text(*custom, "type") == "person") naming_[who].insert(document);
    });
  }

  // What files change they have been checked for; what did not fit before is nobody's fault now.
  void require_fit(const DocumentForm& form, const std::string& key) const {
    const std::string document = std::string(form.kind) + "/" + key;
    if (changed_.contains(document)) return;
    const auto before = misfits_of(before_, form, key, going_.altered);
    for (const auto& [what, message] : misfits_of(after_, form, key, going_.altered)) {
      if (before.contains(what)) continue;
      throw Error(ErrorKind::conflict, what + " cannot change so, for " + document + " needs it: " + message,
                  "Change that first; the same files can do it.");
    }
  }

  const State before_;
  const State after_;
  const Going& going_;
  std::set<std::string> changed_;
  std::map<std::string, std::set<std::string>> naming_;  // person -> documents
  NeededBy needed_;
};

}  // namespace

bool check_naming_documents(Assessment& plan) {
  // Whoever acts as a user may not see what documents name people.
  const Going going = find_going(plan.changes(), plan.edit.record.as.empty());
  if (going.empty()) return true;
  Scope scope{.kinds = {"custom_fields", "statuses"}, .manager = {}};
  for (const DocumentForm& form : document_forms()) scope.kinds.emplace(form.kind);
  Reading reading = read_tenant(plan.tenant, scope);
  if (reading.revision != plan.planned.basis.revision) return false;
  std::vector<Change> changes;
  for (const Change& change : plan.changes()) {
    if (scope.kinds.contains(change.kind)) changes.push_back(change);
  }
  add_remarks(NamingDocuments(std::move(reading.state), changes, going).check(), plan.planned.plan.remarks);
  return true;
}

}  // namespace acctl
