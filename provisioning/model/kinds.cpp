// The table behind kinds.hpp; its other half is templates/tenant/*.sql. Bookkeeping (id, manager, times) and what only
// the product writes (the last sign-in) are columns there but no fields here.
#include "provisioning/model/kinds.hpp"

#include <algorithm>
#include <stdexcept>

#include "provisioning/model/kind_parts.hpp"

namespace acctl {

namespace {

bool is_in_use = false;  // there are pointers into the table

std::vector<Kind>& added_kinds() {
  static std::vector<Kind> added;
  return added;
}

std::vector<Kind> make_table() {
  using namespace kind_parts;
  is_in_use = true;
  std::vector<Kind> all = {permissions(),   roles(),      role_templates(), users(),        teams(),
                           statuses(),      priorities(), business_hours(), sla_policies(), projects(),
                           custom_fields(), views(),      automations(),    forms(),        email_templates(),
                           kb_categories(), idp(),        settings(),       protections()};
  std::ranges::move(added_kinds(), std::back_inserter(all));
  return all;
}

}  // namespace

std::vector<std::vector<std::string_view>> Kind::unique_values() const {
  std::vector<std::vector<std::string_view>> all = unique_together;
  for (const Field& each : fields) {
    if (each.unique) all.push_back({each.name});
  }
  return all;
}

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all = make_table();
  return all;
}

const Kind* find_kind(std::string_view name) {
  const auto found = std::ranges::find(kinds(), name, &Kind::name);
  return found == kinds().end() ? nullptr : &*found;
}

AccessPart find_access_part(std::string_view kind) {
  const Kind* found = find_kind(kind);
  return found == nullptr ? AccessPart::none : found->part;
}

const std::vector<std::string_view>& find_choices(std::string_view kind, std::string_view field) {
  if (const Kind* found = find_kind(kind)) {
    const auto at = std::ranges::find(found->fields, field, &Field::name);
    if (at != found->fields.end() && !at->choices.empty()) return at->choices;
  }
  throw std::logic_error("no choices: " + std::string(kind) + "." + std::string(field));
}

const std::vector<std::string_view>& permission_levels() {
  static const std::vector<std::string_view> all = {"global", "group", "restricted"};
  return all;
}

const std::vector<EdgeKind>& edge_kinds() {
  static const std::vector<EdgeKind> all = [] {
    std::vector<EdgeKind> edges;
    for (const Kind& kind : kinds()) {
      for (const List& list : kind.lists) edges.push_back({&kind, &list, find_kind(list.target)});
    }
    return edges;
  }();
  return all;
}

const EdgeKind* find_edge_kind(std::string_view name) {
  const auto found = std::ranges::find(edge_kinds(), name, [](const EdgeKind& edge) { return edge.list->kind; });
  return found == edge_kinds().end() ? nullptr : &*found;
}

std::pair<std::string, std::string> split_edge(const EdgeKind& kind, const std::string& key) {
  // The local part of an email address may contain slashes; a key does not, and only one side is an address.
  const std::size_t slash = kind.owner->keys == KeyForm::email ? key.rfind('/') : key.find('/');
  return {key.substr(0, slash), key.substr(slash + 1)};
}

std::string edge_key(const std::string& owner, const std::string& target) { return owner + "/" + target; }

void add_kind(Kind kind) {
  if (is_in_use) throw std::logic_error("the kinds are in use already");
  added_kinds().push_back(std::move(kind));
}

}  // namespace acctl
