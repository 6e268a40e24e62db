// user edit, deactivate, reactivate and delete.
#include "provisioning/access/user_edits.hpp"

#include "commands/direct_edits.hpp"
#include "commands/user.hpp"
#include "provisioning/access/invitee_file.hpp"
#include "provisioning/access/user_list.hpp"

namespace acctl {

namespace {

struct UserEditOptions {
  EditOptions edit;
  std::vector<std::string> emails;
  std::string email;
  std::string new_email;
  std::string name;
  std::string role_template;
  std::string crm;
  std::string idp;
  std::string external_id;
  std::string session;
  std::vector<std::string> add;
  std::vector<std::string> remove;
  bool revoke_roles = false;
};

// With all that hangs on them.
Scope scope_of(const std::vector<std::string>& emails) {
  Scope scope{.kinds = {"permissions", "role_templates", "teams"}, .manager = {}};
  scope.users = {emails.begin(), emails.end()};
  scope.memberships = true;
  return scope;
}

int edit(Session& session, const UserEditOptions& options) {
  const std::string email = emails_of({options.email}).front();
  const std::string address = options.new_email.empty() ? email : emails_of({options.new_email}).front();
  GivenFields fields;
  add_if_given(session, "--name", options.name, fields, "name");
  add_if_given(session, "--role-template", options.role_template, fields, "role_template");
  add_if_given(session, "--external-id", options.external_id, fields, "external_id");
  if (!options.crm.empty()) fields["crm_access"] = options.crm == "yes";
  if (!options.idp.empty()) fields["idp"] = options.idp;
  if (session.given("--session")) {
    fields["session_hours"] =
        options.session.empty() ? nlohmann::json() : nlohmann::json(whole_hours("--session", options.session));
  }
  const std::vector<PermissionWord> permissions = permission_changes(options.add, options.remove);
  if (fields.empty() && permissions.empty() && options.new_email.empty()) throw_nothing_to_edit();
  check_fields("users", fields);
  return run_direct_edit(session, options.edit,
                         {.command = "user edit",
                          .scope = scope_of({email, address}),
                          .change =
                              [&](State& state, const Ground& ground) {
                                if (!options.role_template.empty())
                                  require_object(state, "role_templates", options.role_template);
                                change_address(state, ground.renames, email, address, ground.near);
                                change_fields(state, "users", address, fields);
                                if (!permissions.empty()) change_permissions(state, "users", address, permissions);
                                if (options.crm == "no" && is_admin(ground.database, email)) {
                                  throw Error(ErrorKind::refused,
                                              "refused: " + email + " is an admin, and admins always have CRM access",
                                              "Revoke the admin role first.");
                                }
                              },
                          .people = {email},
                          .instead = address});
}

int deactivate(Session& session, const UserEditOptions& options) {
  const std::vector<std::string> emails = emails_of(options.emails);
  return run_direct_edit(
      session, options.edit,
      {.command = "user deactivate",
       .scope = scope_of(emails),
       .change = [&](State& state,
                     const Ground& ground) { deactivate_users(state, ground.people, ground.near, ground.notes); },
       .people = emails,
       .skip_absent = true,
       .reach = Reach::suspended_too,
       .ends_access = true});
}

int reactivate(Session& session, const UserEditOptions& options) {
  const std::vector<std::string> emails = emails_of(options.emails);
  return run_direct_edit(session, options.edit,
                         {.command = "user reactivate",
                          .scope = scope_of(emails),
                          .change =
                              [&](State& state, const Ground& ground) {
                                reactivate_users(state, ground.people, signed_up(ground.database, emails), ground.near,
                                                 ground.notes);
                              },
                          .people = emails,
                          .skip_absent = true,
                          .begins_access = true});
}

int remove(Session& session, const UserEditOptions& options) {
  const std::vector<std::string> emails = emails_of(options.emails);
  return run_direct_edit(
      session, options.edit,
      {.command = "user delete",
       .scope = scope_of(emails),
       .change = [&](State& state,
                     const Ground& ground) { delete_users(state, ground.people, options.revoke_roles, ground.notes); },
       .people = emails,
       .skip_absent = true,
       .again = true,
       .ends_access = true});
}

Argument emails_argument(UserEditOptions& options) {
  return {.name = "EMAIL", .help = "the users", .target = &options.emails};
}

}  // namespace

Command user_edit_command() {
  auto options = std::make_shared<UserEditOptions>();
  std::vector<Option> own = {
      {.name = "--email",
       .value = "ADDRESS",
       .help = "another address; a pending invitation ends with the old one",
       .target = &options->new_email},
      {.name = "--name", .value = "NAME", .help = "name of the person", .target = &options->name, .clears = true},
      {.name = "--role-template",
       .value = "TEMPLATE",
       .help = "role template",
       .target = &options->role_template,
       .clears = true},
      {.name = "--crm",
       .value = "YES|NO",
       .help = "access to CRM records; admins always have it",
       .target = &options->crm,
       .choices = {"yes", "no"}},
      {.name = "--idp",
       .value = "PROVIDER",
       .help = "identity provider to sign in with",
       .target = &options->idp,
       .choices = {"local", "entra", "google", "okta", "duo", "saml", "oidc"}},
      {.name = "--external-id",
       .value = "ID",
       .help = "the person's id in the directory",
       .target = &options->external_id,
       .clears = true},
      {.name = "--session",
       .value = "TIME",
       .help = "how long a sign-in lasts: 8h (default: the tenant's setting)",
       .target = &options->session,
       .clears = true}};
  return {
      .name = "edit",
      .summary = "change a user's address, name, template, CRM access or direct permissions",
      .description =
          "Changes what is said and leaves the rest. Another address keeps the user: roles, teams and history stay. "
          "Roles are for 'acctl role grant', teams for 'acctl team add'.",
      .arguments = {{.name = "EMAIL", .help = "whom", .target = &options->email}},
      .options =
          joined({own, permission_change_options(options->add, options->remove), direct_edit_options(options->edit)}),
      .examples = {{"acctl user edit ana@acme.example --role-template manager --crm yes -t acme",
                    "Two things at once."},
                   {"acctl user edit ana@acme.example --email ana.ames@acme.example -t acme", "Another address."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return edit(session, *options); },
      .storage = options,
  };
}

Command user_deactivate_command() {
  auto options = std::make_shared<UserEditOptions>();
  return {
      .name = "deactivate",
      .summary = "suspend users: they cannot sign in, their history stays",
      .description =
          "Suspends users, in suspended tenants, too. Their sessions, API keys and pending invitations end at once; "
          "what "
          "they wrote, their roles and their seat stay. Grants of an enterprise end once the user is suspended in all "
          "of its tenants. With --all it is one plan over all tenants; where a user is the last admin it is refused "
          "there, named, and done elsewhere (exit 6). In a tenant that is held for deletion it is done when that is "
          "resumed.",
      .arguments = {emails_argument(*options)},
      .options = direct_edit_options(options->edit),
      .examples = {{"acctl user deactivate ana@acme.example -t acme", "Shows what she loses, and asks."},
                   {"acctl user deactivate ana@acme.example --all --yes", "Wherever she is a user."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return deactivate(session, *options); },
      .storage = options,
  };
}

Command user_reactivate_command() {
  auto options = std::make_shared<UserEditOptions>();
  return {
      .name = "reactivate",
      .summary = "let suspended users back",
      .description =
          "Lets suspended users sign in again, with the roles that they have. API keys stay revoked. Those who had "
          "never "
          "signed up are invited again, and need 'acctl user resend'.",
      .arguments = {emails_argument(*options)},
      .options = direct_edit_options(options->edit),
      .examples = {{"acctl user reactivate ana@acme.example -t acme", "She can sign in."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return reactivate(session, *options); },
      .storage = options,
  };
}

Command user_delete_command() {
  auto options = std::make_shared<UserEditOptions>();
  std::vector<Option> own = {{.name = "--revoke-roles",
                              .value = "",
                              .help = "revoke the roles that they hold with it",
                              .target = &options->revoke_roles}};
  return {
      .name = "delete",
      .summary = "delete users for good; their seats are free",
      .description =
          "Removes users and frees their seats. What they wrote stays, attributed to a deleted user. Grants of an "
          "enterprise end once the user is in none of its tenants. Roles have to be "
          "revoked first, or with --revoke-roles; otherwise the command says which are left.",
      .arguments = {emails_argument(*options)},
      .options = joined({own, direct_edit_options(options->edit)}),
      .examples = {{"acctl user delete ana@acme.example --revoke-roles -t acme", "Shows the plan, and asks."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return remove(session, *options); },
      .storage = options,
  };
}

}  // namespace acctl
