// The kinds that say who people are and what they may do; their tables are in templates/tenant/0001_access.sql.
#include "provisioning/model/identity_providers.hpp"
#include "provisioning/model/kind_parts.hpp"

namespace acctl::kind_parts {

namespace {

List permission_list(std::string_view kind, std::string_view table, std::string_view owner_column,
                     std::string_view help) {
  return {.name = "permissions",
          .kind = kind,
          .table = table,
          .owner_column = owner_column,
          .target = "permissions",
          .target_column = "permission_id",
          .help = help,
          .level_column = "level"};
}

}  // namespace

Kind permissions() {
  return {
      .name = "permissions",
      .table = "app.permissions",
      .summary =
          "The catalogue of what can be allowed, one resource.action each; \"*\" stands for everything, "
          "including later permissions.",
      .permissions = {"*"},
      .readers = {"users.view", "users.manage"},
      .fields =
          {
              required(formatted(Format::filled, text("category", "Heading under which the permission is listed."))),
              text("description", "What holding it allows, in one sentence."),
              formatted(
                  Format::levels,
                  document(
                      "levels",
                      "Levels at which it can be held: global, on everything; group, on what is assigned to a team of "
                      "the user; restricted, on what the user takes part in. Without levels it is held or not.")),
          },
      .keys = KeyForm::permission,
      .part = AccessPart::permission,
      .rules = &rules_of_permissions,
      .example = R"(permissions:
  tickets.view:
    category: Tickets
    description: See tickets.
    levels: [global, group, restricted]
)",
  };
}

Kind roles() {
  return {
      .name = "roles",
      .table = "app.roles",
      .summary = "Named bundles of permissions that are assigned to users; a role that holds \"*\" is an admin role.",
      .permissions = {"roles.manage"},
      .readers = {"users.view", "users.manage"},
      .fields =
          {
              name_shown(),
              text("description", "Who the role is for, in one sentence."),
              defaults_to("\"organization\"",
                          choice("scope", "Whether an assignment reaches this organization or the entire enterprise.",
                                 {"organization", "enterprise"})),
              yes_or_no("system", "false", "A system role cannot be deleted."),
              yes_or_no("base", "false",
                        "Whether it is a base role: if there are any, every user has exactly one of them."),
              between(1, 8760,
                      integer("session_hours",
                              "Hours until its holders have to sign in again; the shortest of a user's roles counts.")),
          },
      .lists =
          {
              permission_list("role_permissions", "app.role_permissions", "role_id",
                              "Permissions that the role gives; one without a level is given at its widest."),
          },
      .part = AccessPart::role,
      .clonable = true,
      .example = R"(roles:
  support-agent:
    name: Support Agent
    description: Works tickets, changes no settings.
    permissions:
      - tickets.view
      - tickets.edit: group
  support-lead:
    clone: support-agent
    name: Support Lead
    permissions: [+reports.view, -tickets.edit]
    previously: [senior-agent]
)",
  };
}

Kind role_templates() {
  return {
      .name = "role_templates",
      .table = "app.role_templates",
      .summary = "Reusable sets of permissions that a user holds in addition to the roles, at most one each.",
      .permissions = {"users.manage"},
      .readers = {"users.view", "users.manage"},
      .fields =
          {
              name_shown(),
              text("description", "Who the template is for, in one sentence."),
          },
      .lists =
          {
              permission_list("role_template_permissions", "app.role_template_permissions", "role_template_id",
                              "Permissions that the template gives; one without a level is given at its widest."),
          },
      .part = AccessPart::role_template,
      .clonable = true,
      .example = R"(role_templates:
  night-shift:
    name: Night shift
    description: Sees what the own people work on.
    permissions: [reports.view, tickets.assign]
)",
  };
}

Kind users() {
  return {
      .name = "users",
      .table = "app.users",
      .key_column = "email",
      .summary = "People who sign in to do work, by e-mail address; each takes a seat once invited.",
      .permissions = {"users.edit", "users.manage"},
      .readers = {"users.view", "users.manage"},
      .fields =
          {
              formatted(Format::name, text("name", "The person's name.")),
              reference("role_template", "role_template_id", "role_templates",
                        "Role template whose permissions the user holds in addition."),
              yes_or_no("crm_access", "false", "Whether the user can view and change CRM records; admins always can."),
              defaults_to("\"local\"",
                          choice("idp", "Identity provider that the user signs in with.", provider_keys())),
              formatted(Format::id,
                        text("external_id", "The person's id at the identity provider or in the directory.")),
              between(1, 8760,
                      integer("session_hours",
                              "Hours until the user has to sign in again; without it that of the user's roles counts, "
                              "else the tenant's setting.")),
          },
      .lists =
          {
              {.name = "roles",
               .kind = "user_roles",
               .table = "app.user_roles",
               .owner_column = "user_id",
               .target = "roles",
               .target_column = "role_id",
               .help =
                   "Roles that are assigned to the user; one that ends is {team-lead: {until: 2027-01-31T18:00:00Z}}. "
                   "Temporary grants that are not in the list stay.",
               .until_column = "expires_at"},
              permission_list("user_permissions", "app.user_permissions", "user_id",
                              "Permissions that the user holds directly; one without a level is held at its widest."),
          },
      .keys = KeyForm::email,
      .part = AccessPart::person,
      .most = 200'000,
      .unique_together = {{"idp", "external_id"}},
      .comparable = comparable_id,
      .first_status = "invited",
      .takes_seat = true,
      .example = R"(users:
  ana@acme.example:
    name: Ana Example
    roles: [support-agent]
    role_template: night-shift
    permissions: [reports.export]
    crm_access: true
    idp: entra
    external_id: "00u1a2b3"
    session_hours: 8
)",
  };
}

Kind idp() {
  return {
      .name = "idp",
      .table = "app.identity_providers",
      .summary =
          "Identity providers through which users sign in, one of each sort that `idp` of a user names; they need a "
          "plan with single sign-on.",
      .permissions = {"settings.manage"},
      .fields =
          {
              name_shown(),
              required(formatted(Format::line, text("issuer", "Issuer of the provider, an https URL."))),
              required(
                  formatted(Format::line,
                            text("client_id", "Id by which the provider knows the application, or its entity id."))),
              defaults_to("[]", formatted(Format::list, document("domains",
                                                                 "Domains of the addresses whose users sign in here, "
                                                                 "such as [acme.example]."))),
              formatted(Format::line,
                        text("secret",
                             "Where the client secret is kept: env:NAME, file:PATH or vault:PATH, never the secret.")),
              yes_or_no("enabled", "true", "Whether users can sign in through it."),
          },
      .rules = &rules_of_idp,
      .example = R"(idp:
  entra:
    name: Acme sign-in
    issuer: https://login.example.com/acme/v2.0
    client_id: 4f2c8d1e-acme
    domains: [acme.example]
    secret: vault:acme/entra
)",
  };
}

Kind teams() {
  return {
      .name = "teams",
      .table = "app.teams",
      .summary = "Groups of users who get work together; teams give no permissions.",
      .permissions = {"teams.manage", "users.manage"},
      .readers = {"teams.manage", "users.manage", "users.view"},
      .fields =
          {
              name_shown(),
              text("description", "What the team works on, in one sentence."),
              defaults_to("\"manual\"", choice("assignment", "How work that reaches the team finds a member.",
                                               {"manual", "round_robin", "least_loaded"})),
              positive(integer("capacity", "Maximum open tickets and items per member; without it there is no limit.")),
              yes_or_no("notify", "true", "Whether members are notified of new work of the team."),
          },
      .lists =
          {
              {.name = "members",
               .kind = "team_members",
               .table = "app.team_members",
               .owner_column = "team_id",
               .target = "users",
               .target_column = "user_id",
               .help =
                   "E-mail addresses of the members; a user can be in several teams. A membership that ends is "
                   "{ana@acme.example: {until: 2027-01-31T18:00:00Z}}; the list leaves alone those that it does not "
                   "name.",
               .until_column = "expires_at"},
          },
      .clonable = true,
      .example = R"(teams:
  tier-1:
    name: Tier 1
    description: First answers to customers.
    assignment: round_robin
    capacity: 20
    members: [ana@acme.example, ben@acme.example]
)",
  };
}

}  // namespace acctl::kind_parts
