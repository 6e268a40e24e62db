#include "cli/builder.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/user/user.hpp"
#include "provisioning/access/invitee_file.hpp"
#include "provisioning/access/user_edits.hpp"
#include "provisioning/access/user_queries.hpp"
#include "provisioning/plan/document_renames.hpp"

namespace acctl {

namespace {

struct EditUser {
  EditOptions edit;
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
};

GivenFields given_fields(const Session& session, const EditUser& options) {
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
  return fields;
}

int run(Session& session, const EditUser& options) {
  const std::string email = parse_emails({options.email}).front();
  const std::string address = options.new_email.empty() ? email : parse_emails({options.new_email}).front();
  const GivenFields fields = given_fields(session, options);
  const std::vector<PermissionWord> permissions = permission_changes(options.add, options.remove);
  if (fields.empty() && permissions.empty() && options.new_email.empty()) throw_nothing_to_edit();
  check_fields("users", fields);
  const auto change = [&](State& state, const EditContext& context) {
    if (!options.role_template.empty()) require_object(state, "role_templates", options.role_template);
    change_address(state, context.renames, email, address, context.near);
    follow_in_documents(state, context.renames);
    change_fields(state, "users", address, fields);
    if (!permissions.empty()) change_permissions(state, "users", address, permissions);
    if (options.crm == "no" && is_admin(context.database, email)) {
      throw Error(ErrorKind::refused, "refused: " + email + " is an admin, and admins always have CRM access",
                  "Revoke the admin role first.");
    }
  };
  Scope scope = user_scope({email, address});
  // Who acts as a user may not see automations and views; those keep the old address then.
  if (address != email && session.settings().as.empty()) add_naming_documents(scope, "users");
  return run_direct_edit(
      session, options.edit,
      {.command = "user edit", .scope = std::move(scope), .change = change, .people = {email}, .instead = address});
}

}  // namespace

Command user_edit_command() {
  return command<EditUser>("edit", "change a user's address, name, template, CRM access or direct permissions", run)
      .describe(R"(
Changes the given values and leaves the others as they are. A user whose address changes remains the same user: roles,
teams and history are kept, and automations, views and SLA conditions that name the user follow. To change roles, use
'acctl role grant'; to change teams, 'acctl team add'.)")
      .argument("EMAIL", "user to change", &EditUser::email)
      .option("--email ADDRESS", "new address; an invited user gets a new invitation there, the old one is revoked",
              &EditUser::new_email)
      .option("--name NAME", "name of the person", &EditUser::name)
      .clears()
      .option("--role-template TEMPLATE", "role template of the user", &EditUser::role_template)
      .clears()
      .option("--crm YES|NO", "access to CRM records; admins always have it", &EditUser::crm)
      .choices({"yes", "no"})
      .option("--idp PROVIDER", "identity provider to sign in with", &EditUser::idp)
      .choices(identity_providers())
      .option("--external-id ID", "the person's ID in the directory", &EditUser::external_id)
      .clears()
      .option("--session TIME", "lifetime of a sign-in, such as 8h (default: the tenant's setting)", &EditUser::session)
      .clears()
      .with(permission_change_options, &EditUser::add, &EditUser::remove)
      .with(direct_edit_options, &EditUser::edit)
      .example("acctl user edit ana@acme.example --role-template night-shift --crm yes -t acme",
               "Change two values at once.")
      .example("acctl user edit ana@acme.example --email ana.ames@acme.example -t acme", "Change the address.")
      .formats(report_formats());
}

}  // namespace acctl
