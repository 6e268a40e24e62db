#include "commands/role/reports.hpp"

#include "commands/shared/imperative.hpp"
#include "provisioning/database/read.hpp"
#include "provisioning/definitions/packs.hpp"
#include "provisioning/plan/overlay.hpp"
#include "provisioning/plan/pack_state.hpp"
#include "provisioning/tenants/template_database.hpp"

namespace acctl {

namespace {

RoleModel model_of_files(const RoleSource& source) {
  const State base = source.pack.empty() ? State() : state_of_pack(source.pack);
  if (source.files.files.empty()) return {.tenant = {}, .state = base, .holders = {}};
  const Definitions definitions = definitions_of(source.files);
  return {.tenant = {},
          .state = overlay(base, definitions, {.manager = definitions.manager, .only = {}}).state,
          .holders = {}};
}

RoleModel model_of_tenant(const Tenant& tenant, TenantSession& database) {
  RoleModel model{
      .tenant = tenant.slug, .state = read_state(database, {.kinds = {"permissions", "roles"}}), .holders = Holders()};
  for (const RoleSummary& role : list_roles(database)) (*model.holders)[role.key] = role.holders;
  return model;
}

}  // namespace

std::vector<Option> role_source_options(RoleSource& target) {
  return joined({file_options(target.files),
                 {{.name = "--pack",
                   .value = "PACK",
                   .help = "of this pack, or of the files laid over it",
                   .target = &target.pack,
                   .suggestions = pack_names()}}});
}

void visit_role_models(Session& session, const RoleSource& source,
                       const std::function<void(const RoleModel& model)>& visit, const std::function<void()>& finish) {
  if (is_of_files(source)) {
    visit(model_of_files(source));
    return finish();
  }
  visit_tenants(
      session, source.exclude,
      [&](Platform&, const Tenant& tenant, TenantSession& database) { visit(model_of_tenant(tenant, database)); },
      finish);
}

bool is_of_files(const RoleSource& source) { return !source.files.files.empty() || !source.pack.empty(); }

}  // namespace acctl
