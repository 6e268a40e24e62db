// The kinds that serve a tenant's contacts and settings; their tables are in templates/tenant/0003_configuration.sql,
// that of protections in 0005_ledger.sql.
#include "provisioning/model/kind_parts.hpp"

namespace acctl::kind_parts {

Kind automations() {
  return {
      .name = "automations",
      .table = "app.automations",
      .summary = "Rules that run their actions when the trigger occurs and the conditions match.",
      .permissions = {"automations.manage", "settings.manage"},
      .fields =
          {
              name_shown(),
              text("description", "What the rule is for, in one sentence."),
              required(stored_as("trigger_event",
                                 choice("trigger", "Event of a ticket or an item that triggers it.",
                                        {"ticket.created", "ticket.updated", "ticket.status_changed", "ticket.assigned",
                                         "ticket.replied", "ticket.sla_warning", "ticket.sla_breached", "item.created",
                                         "item.updated", "item.status_changed", "item.assigned", "item.due"}))),
              defaults_to("{}", formatted(Format::mapping, document("conditions",
                                                                    "What must be true of the ticket or item, such as "
                                                                    "channel: [email]; without conditions always."))),
              required(formatted(Format::filled_list,
                                 document("actions", "What is done, in order, such as [{assign_team: tier-1}]."))),
              yes_or_no("enabled", "true", "Whether it runs."),
              defaults_to(
                  "3", between(1, 20,
                               integer("max_depth",
                                       "How many automations may trigger each other before this one stops, 1 to 20."))),
              defaults_to("1000", positive(integer("run_budget", "Runs per hour after which it stops."))),
              position("Order of execution."),
          },
      .clonable = true,
      .example = R"(automations:
  reopen-on-reply:
    name: Reopen on reply
    description: A customer's reply brings a waiting ticket back to the queue.
    trigger: ticket.replied
    conditions: {replied_by: [contact], status: [waiting-on-customer]}
    actions:
      - set_status: open
    max_depth: 3
)",
  };
}

Kind forms() {
  return {
      .name = "forms",
      .table = "app.forms",
      .summary = "Intake forms of the portal.",
      .permissions = {"forms.manage", "settings.manage"},
      .fields =
          {
              name_shown(),
              text("description", "Introduction above the form."),
              defaults_to("\"ticket\"", choice("creates", "What a submission becomes.", {"ticket", "item"})),
              reference("project", "project_id", "projects",
                        "Project that items are created in; needed where the form creates items."),
              required(formatted(
                  Format::filled_list,
                  document("fields",
                           "Questions in order, such as [{field: subject, label: Subject, required: true}]."))),
              yes_or_no("published", "false", "Whether the portal offers it."),
              position("Order in the portal."),
          },
      .clonable = true,
      .rules = &rules_of_forms,
      .example = R"(forms:
  contact-support:
    name: Contact support
    description: Tell us what happened, and we will get back to you.
    creates: ticket
    fields:
      - {field: subject, label: Subject, required: true}
    published: true
)",
  };
}

Kind email_templates() {
  return {
      .name = "email_templates",
      .table = "app.email_templates",
      .summary = "Texts of the messages that the tenant sends, with placeholders such as {{name}}.",
      .permissions = {"settings.edit", "settings.manage"},
      .fields =
          {
              text("description", "When the message is sent, in one sentence."),
              with_placeholders(required(formatted(Format::line, text("subject", "Subject line.")))),
              with_placeholders(required(stored_as(
                  "body_text", at_most(100'000, formatted(Format::filled, text("text", "Body as plain text.")))))),
              with_placeholders(stored_as(
                  "body_html",
                  at_most(100'000, text("html", "Body as HTML; without it the message is plain text only.")))),
          },
      .example = R"(email_templates:
  invitation:
    description: Sent to a user who is invited.
    subject: "You are invited to {{organization}}"
    text: |
      Hello {{name}},
      accept the invitation here: {{link}}
    html: "<p>Hello {{name}}, <a href='{{link}}'>accept the invitation</a>.</p>"
)",
  };
}

Kind kb_categories() {
  return {
      .name = "kb_categories",
      .table = "app.kb_categories",
      .summary = "Sections of the knowledge base.",
      .permissions = {"knowledge.publish", "settings.manage"},
      .fields =
          {
              name_shown(),
              text("description", "What its articles are about, in one sentence."),
              yes_or_no("portal_visible", "true", "Whether contacts see it in the portal."),
              position("Order in lists."),
          },
      .example = R"(kb_categories:
  getting-started:
    name: Getting started
    description: First steps and the questions that everybody asks.
    position: 10
)",
  };
}

Kind settings() {
  return {
      .name = "settings",
      .table = "app.settings",
      .summary = "Single settings of the organization, such as branding, locale, support address and sign-in.",
      .permissions = {"settings.edit", "settings.manage"},
      .fields =
          {
              // A logo may be written out.
              at_most(262'144, required(document(
                                   "value", "The setting: a string, a number, true or false, a list or a mapping."))),
          },
      .value_only = true,
      .example = R"(settings:
  locale: en
  branding.portal_title: Help center
  portal.magic_link_minutes: 15
  sso.enforced: false
)",
  };
}

Kind protections() {
  return {
      .name = "protections",
      .table = "acctl.protections",
      .summary = "Objects that no run may remove, as kind/key; the list guards.protect of a definitions file.",
      .permissions = {"*"},
      .internal = true,
  };
}

}  // namespace acctl::kind_parts
