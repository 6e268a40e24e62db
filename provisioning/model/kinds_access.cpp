// The kinds that say who people are and what they may do; their tables are in templates/tenant/0001_access.sql.
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
      .key_column = "key",
      .summary =
          "The catalogue of what can be allowed, one resource.action each; \"*\" stands for everything, also later.",
      .fields =
          {
              required(text("category", "Heading under which the permission is listed.")),
              text("description", "What holding it allows, in one sentence."),
              document("levels",
                       "Levels at which it can be held, out of global, group and restricted; without levels it is "
                       "simply held or not."),
          },
  };
}

Kind roles() {
  return {
      .name = "roles",
      .table = "app.roles",
      .key_column = "key",
      .summary = "Named bundles of permissions that are assigned to users; a role that holds \"*\" is an admin role.",
      .fields =
          {
              name_shown(),
              text("description", "Whom the role is for, in one sentence."),
              choice("scope", "Whether an assignment reaches this organization or the entire enterprise.",
                     {"organization", "enterprise"}),
              boolean("system", "A system role cannot be deleted."),
          },
      .lists =
          {
              permission_list("role_permissions", "app.role_permissions", "role_id",
                              "Permissions that the role gives; one without a level is given at its widest."),
          },
  };
}

Kind role_templates() {
  return {
      .name = "role_templates",
      .table = "app.role_templates",
      .key_column = "key",
      .summary = "Reusable sets of permissions that a user holds in addition to the roles, at most one each.",
      .fields =
          {
              name_shown(),
              text("description", "Whom the template is for, in one sentence."),
          },
      .lists =
          {
              permission_list("role_template_permissions", "app.role_template_permissions", "role_template_id",
                              "Permissions that the template gives; one without a level is given at its widest."),
          },
  };
}

Kind users() {
  return {
      .name = "users",
      .table = "app.users",
      .key_column = "email",
      .summary = "People who sign in to do work, by e-mail address; each takes a seat from the invitation on.",
      .fields =
          {
              text("name", "The person's name."),
              reference("role_template", "role_template_id", "role_templates",
                        "Role template whose permissions the user holds in addition."),
              boolean("crm_access", "Whether the user can view and change CRM records; admins always can."),
              choice("idp", "Identity provider that the user signs in with.",
                     {"local", "entra", "google", "okta", "duo", "saml", "oidc"}),
              text("external_id", "The person's id at the identity provider or in the directory."),
              integer("session_hours",
                      "Hours until the user has to sign in again; without it the tenant's setting counts."),
          },
      .lists =
          {
              {.name = "roles",
               .kind = "user_roles",
               .table = "app.user_roles",
               .owner_column = "user_id",
               .target = "roles",
               .target_column = "role_id",
               .help = "Roles that are assigned to the user."},
              permission_list("user_permissions", "app.user_permissions", "user_id",
                              "Permissions that the user holds directly; one without a level is held at its widest."),
          },
  };
}

Kind teams() {
  return {
      .name = "teams",
      .table = "app.teams",
      .key_column = "key",
      .summary = "Groups of users who get work together; teams give no permissions.",
      .fields =
          {
              name_shown(),
              text("description", "What the team works on, in one sentence."),
              choice("assignment", "How work that reaches the team finds a member.",
                     {"manual", "round_robin", "least_loaded"}),
              integer("capacity", "Open tickets and items a member is given at most; without it there is no limit."),
              boolean("notify", "Whether members are told of new work of the team."),
          },
      .lists =
          {
              {.name = "members",
               .kind = "team_members",
               .table = "app.team_members",
               .owner_column = "team_id",
               .target = "users",
               .target_column = "user_id",
               .help = "E-mail addresses of the members; a user can be in several teams."},
          },
  };
}

}  // namespace acctl::kind_parts
