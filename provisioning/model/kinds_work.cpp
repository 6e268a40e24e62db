// The kinds by which work is organized: states, urgency, time, fields and views; their tables are in
// templates/tenant/0003_configuration.sql.
#include "provisioning/model/kind_parts.hpp"

namespace acctl::kind_parts {

Kind statuses() {
  return {
      .name = "statuses",
      .table = "app.statuses",
      .summary = "States that tickets and items go through, with one default for each of the two.",
      .permissions = {"fields.manage", "settings.manage"},
      .fields =
          {
              name_shown(),
              required(choice("applies_to", "Whether it is a state of tickets or of items.", {"ticket", "item"})),
              required(choice("category",
                              "What the state amounts to; SLA clocks pause while pending and stop when done.",
                              {"open", "pending", "done"})),
              colour(),
              position("Order in lists."),
              stored_as("is_default", yes_or_no("default", "false", "Whether new tickets or items start in it.")),
          },
      .defaults = {.field = "applies_to"},
      .example = R"(statuses:
  waiting-on-customer:
    name: Waiting on customer
    applies_to: ticket
    category: pending
    colour: "#f2994a"
    position: 30
)",
  };
}

Kind priorities() {
  return {
      .name = "priorities",
      .table = "app.priorities",
      .summary = "How urgent tickets and items are.",
      .permissions = {"fields.manage", "settings.manage"},
      .fields =
          {
              name_shown(),
              required(between(1, 100, integer("level", "Urgency from 1, the most urgent, to 100."))),
              colour(),
              position("Order in lists."),
              stored_as("is_default", yes_or_no("default", "false", "Whether new tickets get it.")),
          },
      .defaults = {.of = "tickets"},
      .example = R"(priorities:
  urgent:
    name: Urgent
    level: 1
    colour: "#eb5757"
    position: 10
)",
  };
}

Kind business_hours() {
  return {
      .name = "business_hours",
      .table = "app.business_hours",
      .summary = "Calendars of working time, by which SLA clocks run.",
      .permissions = {"sla.manage", "settings.manage"},
      .fields =
          {
              name_shown(),
              required(
                  formatted(Format::time_zone, text("time_zone", "Time zone of the hours, such as Europe/Berlin."))),
              defaults_to(
                  "{}",
                  formatted(
                      Format::hours,
                      document(
                          "hours",
                          "Working hours by weekday, such as monday: [\"09:00-12:00\", \"13:00-17:00\"]; a day that is "
                          "left out is free."))),
              defaults_to(
                  "[]", formatted(Format::dates, document("holidays", "Dates without working hours, as YYYY-MM-DD."))),
          },
      .example = R"(business_hours:
  office-hours:
    name: Office hours
    time_zone: Europe/Berlin
    hours:
      monday: ["09:00-12:00", "13:00-17:00"]
      tuesday: ["09:00-17:00"]
    holidays: ["2027-01-01"]
)",
  };
}

Kind sla_policies() {
  return {
      .name = "sla_policies",
      .table = "app.sla_policies",
      .summary = "Time targets for tickets; the first policy by position whose conditions fit a ticket applies.",
      .permissions = {"sla.manage", "settings.manage"},
      .fields =
          {
              name_shown(),
              text("description", "What the policy promises, in one sentence."),
              defaults_to(
                  "{}",
                  formatted(
                      Format::mapping,
                      document("conditions",
                               "Which tickets it is for, such as priority: [urgent]; without conditions for all."))),
              positive(integer("first_response_minutes",
                               "Minutes until the first reply; at least one of the two targets is needed.")),
              positive(integer("resolution_minutes", "Minutes until the ticket is done.")),
              reference("business_hours", "business_hours_id", "business_hours",
                        "Calendar by which the minutes count; without it they count around the clock."),
              position("Order of precedence."),
              yes_or_no("enabled", "true", "Whether it is in force."),
          },
      .clonable = true,
      .rules = &rules_of_sla_policies,
      .example = R"(sla_policies:
  urgent:
    name: Urgent tickets
    description: An answer within the hour, solved the same working day.
    conditions: {priority: [urgent]}
    first_response_minutes: 60
    resolution_minutes: 480
    business_hours: office-hours
)",
  };
}

Kind projects() {
  return {
      .name = "projects",
      .table = "app.projects",
      .summary = "Containers of items.",
      .permissions = {"projects.manage", "settings.manage"},
      .fields =
          {
              name_shown(),
              text("description", "What the project is about, in one sentence."),
              colour(),
              yes_or_no("archived", "false", "An archived project is read-only and hidden."),
          },
      .example = R"(projects:
  onboarding:
    name: Onboarding
    description: New customers, from the contract to the first ticket.
    colour: "#2f80ed"
)",
  };
}

Kind custom_fields() {
  return {
      .name = "custom_fields",
      .table = "app.custom_fields",
      .summary = "Columns of the tenant's own on items and tickets, shown in views, forms and the portal.",
      .permissions = {"fields.manage", "settings.manage"},
      .fields =
          {
              name_shown(),
              required(choice("type", "What a value is.",
                              {"status", "person", "date", "timeline", "number", "formula", "dropdown", "checkbox",
                               "files", "link", "rating", "dependency"})),
              defaults_to("\"item\"", choice("applies_to", "Whether items or tickets have it.", {"item", "ticket"})),
              text("description", "What to enter, in one sentence."),
              defaults_to(
                  "{}",
                  formatted(
                      Format::mapping,
                      document(
                          "options",
                          "Settings of the type: choices (a list, needed by status and dropdown), formula (needed by "
                          "formula), unit, maximum."))),
              yes_or_no("required", "false", "Whether a value must be entered."),
              yes_or_no("portal_visible", "false", "Whether contacts see it in the portal."),
              position("Order among the columns."),
          },
      .rules = &rules_of_custom_fields,
      .example = R"(custom_fields:
  severity:
    name: Severity
    type: dropdown
    applies_to: ticket
    description: How badly the customer is affected.
    options: {choices: [minor, major]}
    required: true
)",
  };
}

Kind views() {
  return {
      .name = "views",
      .table = "app.views",
      .summary = "Saved ways of looking at items: what is shown, in which order and shape.",
      .permissions = {"views.manage", "settings.manage"},
      .fields =
          {
              name_shown(),
              required(choice("type", "The shape; timeline is the Gantt chart.",
                              {"list", "board", "timeline", "calendar", "table", "workload", "chart"})),
              reference("project", "project_id", "projects",
                        "Project whose items it shows; without it those of all projects."),
              defaults_to(
                  "{}",
                  formatted(Format::mapping,
                            document("filters", "Which items it shows, such as assignee: [me]; without filters all."))),
              defaults_to(
                  "[]",
                  formatted(
                      Format::list,
                      document(
                          "sort",
                          "Columns in order of precedence, descending with a minus, such as [due_date, -priority]."))),
              text("grouping", "Column by which items are grouped, such as status."),
              position("Order of the tabs."),
          },
      .clonable = true,
      .example = R"(views:
  my-items:
    name: My items
    type: board
    project: onboarding
    filters: {assignee: [me]}
    sort: [due_date, -priority]
    grouping: status
)",
  };
}

}  // namespace acctl::kind_parts
