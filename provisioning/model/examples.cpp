// One example of each kind; tests read them as definitions files.
#include <map>

#include "provisioning/model/definitions_format.hpp"

namespace acctl {

std::string_view example_of(std::string_view kind) {
  static const std::map<std::string_view, std::string_view> all = {
      {"permissions", R"(permissions:
  tickets.view:
    category: Tickets
    description: See tickets.
    levels: [global, group, restricted]
)"},
      {"roles", R"(roles:
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
)"},
      {"role_templates", R"(role_templates:
  manager:
    name: Manager
    description: Sees what the own people work on.
    permissions: [reports.view, tickets.assign]
)"},
      {"users", R"(users:
  ana@acme.example:
    name: Ana Example
    roles: [support-agent]
    role_template: manager
    permissions: [reports.export]
    crm_access: true
    idp: entra
    external_id: "00u1a2b3"
    session_hours: 8
)"},
      {"teams", R"(teams:
  tier-1:
    name: Tier 1
    description: First answers to customers.
    assignment: round_robin
    capacity: 20
    members: [ana@acme.example, ben@acme.example]
)"},
      {"statuses", R"(statuses:
  waiting-on-customer:
    name: Waiting on customer
    applies_to: ticket
    category: pending
    colour: "#f2994a"
    position: 30
)"},
      {"priorities", R"(priorities:
  urgent:
    name: Urgent
    level: 1
    colour: "#eb5757"
    position: 10
)"},
      {"business_hours", R"(business_hours:
  office-hours:
    name: Office hours
    time_zone: Europe/Berlin
    hours:
      monday: ["09:00-12:00", "13:00-17:00"]
      tuesday: ["09:00-17:00"]
    holidays: ["2027-01-01"]
)"},
      {"sla_policies", R"(sla_policies:
  urgent:
    name: Urgent tickets
    description: An answer within the hour, solved the same working day.
    conditions: {priority: [urgent]}
    first_response_minutes: 60
    resolution_minutes: 480
    business_hours: office-hours
)"},
      {"projects", R"(projects:
  onboarding:
    name: Onboarding
    description: New customers, from the contract to the first ticket.
    colour: "#2f80ed"
)"},
      {"custom_fields", R"(custom_fields:
  severity:
    name: Severity
    type: dropdown
    applies_to: ticket
    description: How badly the customer is affected.
    options: {choices: [minor, major]}
    required: true
)"},
      {"views", R"(views:
  my-items:
    name: My items
    type: board
    project: onboarding
    filters: {assignee: [me]}
    sort: [due_date, -priority]
    grouping: status
)"},
      {"automations", R"(automations:
  reopen-on-reply:
    name: Reopen on reply
    description: A customer's reply brings a waiting ticket back to the queue.
    trigger: ticket.replied
    conditions: {replied_by: [contact], status: [waiting-on-customer]}
    actions:
      - set_status: open
    max_depth: 3
)"},
      {"forms", R"(forms:
  contact-support:
    name: Contact support
    description: Tell us what happened, and we will get back to you.
    creates: ticket
    fields:
      - {field: subject, label: Subject, required: true}
    published: true
)"},
      {"email_templates", R"(email_templates:
  invitation:
    description: Sent to a user who is invited.
    subject: "You are invited to {{organization}}"
    text: |
      Hello {{name}},
      accept the invitation here: {{link}}
    html: "<p>Hello {{name}}, <a href='{{link}}'>accept the invitation</a>.</p>"
)"},
      {"kb_categories", R"(kb_categories:
  getting-started:
    name: Getting started
    description: First steps and the questions that everybody asks.
    position: 10
)"},
      {"settings", R"(settings:
  locale: en
  branding.portal_title: Help center
  portal.magic_link_minutes: 15
  sso.enforced: false
)"},
  };
  const auto found = all.find(kind);
  return found == all.end() ? std::string_view() : found->second;
}

}  // namespace acctl
