#include "provisioning/access/past_state.hpp"

#include "provisioning/access/past_state.sql.hpp"
#include "provisioning/database/ledger.hpp"
#include "provisioning/database/read.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/diff.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

// A field that no kind defines, so that facts about a present object follow it through all renames on the way back.
const std::string row_facts = "~row";

}  // namespace

const Json* find_fact(const Object& object, const std::string& name) {
  const Json* facts = object.fields.get(row_facts);
  return facts == nullptr || !facts->contains(name) ? nullptr : &facts->at(name);
}

bool is_fact(const Object& object, const std::string& name) {
  const Json* value = find_fact(object, name);
  return value != nullptr && *value == true;
}

std::string text_fact(const Object& object, const std::string& name) {
  const Json* value = find_fact(object, name);
  return value == nullptr ? "" : value->get<std::string>();
}

PastState::PastState(Connection& tenant, const std::string& at, std::int64_t inactive_ms)
    : state_(
          read_state(tenant, {.kinds = {"permissions", "roles", "role_templates"}, .manager = {}, .everybody = true})),
      rows_(tenant.batch({{sql::moment_of_past, {at}},
                          {sql::people_at, {at, inactive_ms}},
                          {sql::grants_at, {at}},
                          {sql::changes_since, {at}},
                          {sql::last_grants_before, {at}}})),
      at_(rows_[0].text(0, 0)),
      now_(rows_[0].text(0, 2)) {
  if (rows_[0].boolean(0, 1)) {
    throw Error(ErrorKind::invalid, "--at: " + at_ + " is not in the past", "Leave out --at to see the present.");
  }
  note_people(rows_[1]);
  note_grants(rows_[2]);
  take_back(rows_[3]);
  leave_out_later();
  restore_expired();
  drop_loose_members();
  for (const Row row : rows_[4]) words_.emplace(row.text(0) + "/" + row.text(1), row.index());
}

std::optional<LedgerWord> PastState::word_on(const std::string& address) const {
  const auto found = words_.find(address);
  if (found == words_.end()) return std::nullopt;
  const Row row = rows_[4].at(found->second);
  return LedgerWord{.at = row.text(4), .run = row.text(5), .actor = row.text(6)};
}

void PastState::note_people(const Rows& rows) {
  const auto users = state_.find("users");
  if (users == state_.end()) return;
  for (const Row row : rows) {
    const auto user = users->second.find(row.text(0));
    if (user == users->second.end()) continue;
    user->second.fields[row_facts] = {{"later", row.boolean(1)},
                                      {"signed_up_later", row.boolean(2)},
                                      {"signed_in", row.text(3)},
                                      {"signed_in_later", row.boolean(4)},
                                      {"inactive", row.boolean(5)},
                                      {"invited_long_ago", row.boolean(6)},
                                      {"suspended_later", row.boolean(7)},
                                      {"never_signed_up", row.boolean(8)},
                                      {"keys", row.is_null(9) ? Json::array() : Json::parse(row.view(9))}};
  }
}

void PastState::note_grants(const Rows& rows) {
  for (const Row row : rows) {
    auto& objects = state_[row.text(0)];
    const std::string key = row.text(1);
    auto object = objects.find(key);
    if (object == objects.end()) {
      if (row.is_null(4)) continue;
      object = objects.emplace(key, Object{}).first;  // has expired since
      object->second.fields["until"] = row.text(4);
    }
    object->second.fields[row_facts] = {{"later", row.boolean(2)}, {"made", row.text(3)}};
  }
}

// What a run says of somebody's status before it counts, and no longer what the row says of later times.
void PastState::believe_ledger(const Change& change) {
  if (change.kind != "users" || change.action != Action::change || !change.fields.contains("status")) return;
  const auto user = state_["users"].find(change.old_key());
  if (user == state_["users"].end() || !user->second.fields.contains(row_facts)) return;
  Json& facts = user->second.fields[row_facts];
  facts["suspended_later"] = facts["signed_up_later"] = false;
}

void PastState::take_back(const Rows& rows) {
  std::vector<Change> changes;
  for (const Row row : rows) {
    changes.push_back({.action = parse_action(row.view(1)),
                       .kind = row.text(2),
                       .key = row.text(3),
                       .fields = fields_from_json(Json::parse(row.view(4)))});
    const int next = row.index() + 1;
    const bool last_of_run = next == rows.size() || rows.text(next, 0) != row.view(0);
    if (!last_of_run) continue;
    state_ = changed(std::move(state_), inverse(changes));
    for (const Change& change : changes) believe_ledger(change);
    changes.clear();
  }
}

// What the application has made since. Users that runs have changed and the application has removed since are left out,
// too: only the changed fields of theirs are known, while a whole user has a provider.
void PastState::leave_out_later() {
  for (auto& [kind, objects] : state_) {
    left_out_ += std::ssize(objects);
    objects.erase_if([](const auto& o) { return is_fact(o.second, "later"); });
    left_out_ -= std::ssize(objects);
  }
  const auto users = state_.find("users");
  if (users == state_.end()) return;
  users->second.erase_if([](const auto& user) { return !user.second.fields.contains("idp"); });
  for (auto& [email, user] : users->second) {
    const bool was_invited = is_fact(user, "signed_up_later") || is_fact(user, "never_signed_up");
    if (user.status == "suspended" && is_fact(user, "suspended_later"))
      user.status = was_invited ? "invited" : "active";
    if (user.status == "active" && is_fact(user, "signed_up_later")) user.status = "invited";
  }
}

// Their rows may be gone: whoever was given the role again got a new one.
void PastState::restore_expired() {
  for (const Row row : rows_[4]) {
    const std::string_view until = row.view(3);
    if (row.view(0) != "user_roles" || row.view(2) == "remove") continue;
    if (until.empty() || until <= at_ || until > now_) continue;
    const auto [member, fresh] = state_["user_roles"].try_emplace(row.text(1));
    if (fresh) member->second.fields["until"] = std::string(until);
  }
}

// Members that had expired, or whose owner or target was not there.
void PastState::drop_loose_members() {
  for (const EdgeKind& edge : edge_kinds()) {
    const auto found = state_.find(std::string(edge.list->kind));
    if (found == state_.end()) continue;
    found->second.erase_if([&](const auto& entry) {
      const auto [owner, target] = split_edge(edge, entry.first);
      const std::string until = find_field_text(entry.second, "until");
      return (!until.empty() && until <= at_) || find_object(state_, edge.owner->name, owner) == nullptr ||
             find_object(state_, edge.list->target, target) == nullptr;
    });
  }
}

}  // namespace acctl
