#include "commands/role/role_source.hpp"

#include "commands/shared/imperative.hpp"
#include "provisioning/database/read.hpp"
#include "provisioning/definitions/packs.hpp"
#include "provisioning/plan/overlay.hpp"
#include "provisioning/plan/pack_state.hpp"
#include "provisioning/plan/template_clones.hpp"

namespace acctl {

namespace {

RoleModel read_role_model(const RoleSource& source) {
  State state = source.pack.empty() ? State() : state_of_pack(source.pack);
  if (!source.files.files.empty()) {
    const Definitions definitions = with_templates(read_definition_files(source.files), state, source.pack);
    state = overlay(state, definitions, {.manager = definitions.manager, .only = {}}).state;
  }
  return {.tenant = {}, .state = std::move(state), .holders = {}};
}

RoleModel read_role_model(const Tenant& tenant, TenantSession& database) {
  RoleModel model{
      .tenant = tenant.slug, .state = read_state(database, {.kinds = {"permissions", "roles"}}), .holders = Holders()};
  for (const RoleSummary& role : list_roles(database)) (*model.holders)[role.key] = role.holders;
  return model;
}

}  // namespace

std::vector<Option> role_source_options(RoleSource& target) {
  return joined({file_options(target.files),
                 {parse_option("--pack PACK", "read the roles of this pack, with the files applied to it", &target.pack,
                               {.suggestions = pack_names()})}});
}

bool names_files(const RoleSource& source) { return !source.files.files.empty() || !source.pack.empty(); }

void visit_role_models(Session& session, const RoleSource& source,
                       const std::function<void(const RoleModel& model)>& visit, const std::function<void()>& finish) {
  if (names_files(source)) {
    visit(read_role_model(source));
    return finish();
  }
  visit_tenants(
      session, source.exclude,
      [&](Platform&, const Tenant& tenant, TenantSession& database, const InOrder& in_order) {
        in_order([&visit, model = read_role_model(tenant, database)] { visit(model); });
      },
      finish);
}

}  // namespace acctl
