#include "commands/reports/plan_html.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "commands/reports/change_text.hpp"
#include "commands/reports/permission_changes.hpp"

namespace acctl {

namespace {

constexpr std::size_t largest_page = 2'000'000;
constexpr std::size_t tenants_shown_open = 12;
constexpr std::size_t groups_shown_open = 20;

// How much of each list is shown: the first row that makes a page of the size is taken.
struct HtmlExtent {
  std::size_t tenants = std::numeric_limits<std::size_t>::max();
  std::size_t objects = std::numeric_limits<std::size_t>::max();
  std::size_t remarks = std::numeric_limits<std::size_t>::max();
};
constexpr std::array html_extents = {HtmlExtent{}, HtmlExtent{2'000, 500, 200}, HtmlExtent{500, 100, 50},
                                     HtmlExtent{100, 30, 10}, HtmlExtent{10, 5, 3}};

constexpr std::string_view plan_style = R"(
form { display: flex; flex-wrap: wrap; gap: .5rem 1.2rem; align-items: center; padding: .6rem .8rem;
  background: var(--head); border: 1px solid var(--line); border-radius: .4rem; margin: 1rem 0; }
form label { display: inline-flex; gap: .4rem; align-items: center; }
input[type=search] { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--soft);
  border-radius: .3rem; padding: .25rem .5rem; width: 16rem; max-width: 100%; box-sizing: border-box; }
.group { border: 1px solid var(--line); border-radius: .4rem; margin: .8rem 0; padding: .5rem .8rem; }
.group > summary { font-weight: 600; }
.group h3 { font-size: 1em; margin: .8rem 0 .3rem; }
ul { margin: .2rem 0; padding-left: 1.1rem; }
ul.plan { list-style: none; padding-left: 0; }
ul.plan ul { list-style: none; padding-left: 1.4rem; }
.add > .what, td.gain { color: var(--gain); background: var(--gain-back); }
.remove > .what, td.loss { color: var(--loss); background: var(--loss-back); }
.change > .what, td.both { color: var(--change); background: var(--change-back); }
.what { padding: 0 .3rem; border-radius: .2rem; }
.gains { color: var(--gain); }
.loses { color: var(--loss); }
code { font-size: .95em; }
.scroll { overflow-x: auto; }
.matrix { border: 1px solid var(--line); border-width: 1px 0 0 1px; }
.matrix td { text-align: center; }
.matrix th, .matrix td { overflow-wrap: normal; }
.matrix tbody th { font-weight: normal; }
.hidden { display: none; }
.read { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media print {
  form, .none { display: none; }
  .scroll { overflow: visible; }
  .matrix th, .matrix td { overflow-wrap: anywhere; }
}
)";

// Without it everything is shown, and there is nothing to filter with.
constexpr std::string_view plan_script = R"script(
const form = document.querySelector("form");
const groups = [...document.querySelectorAll(".group")];
const none = document.querySelector(".none");
const texts = groups.map((group) => group.textContent.toLowerCase());
function filter() {
  const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = (name) => form.elements[name].checked;
  for (const name of ["add", "change", "remove"]) {
    for (const item of document.querySelectorAll("li." + name)) item.classList.toggle("hidden", !shown(name));
  }
  // An object stays for the members of it that do.
  for (const item of document.querySelectorAll("ul.plan > li")) {
    if (item.querySelector("li:not(.hidden)")) item.classList.remove("hidden");
  }
  let left = 0;
  groups.forEach((group, at) => {
    const kept = words.every((word) => texts[at].includes(word)) && (!shown("losses") || group.querySelector(".loses"));
    group.classList.toggle("hidden", !kept);
    if (!kept) return;
    left += 1;
    if (words.length > 0) group.open = true;
  });
  none.textContent = left + " of " + groups.length + " groups shown";
}
form.classList.remove("hidden");
form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
filter();
)script";

std::string html_code(std::string_view text) { return html_element("code", text); }

std::string and_more(std::size_t all, std::size_t shown, const std::string& what) {
  if (all <= shown) return "";
  return "<li class=\"soft\">and " + counted(all - shown, "more " + what) + "; -o json shows everything</li>\n";
}

std::string html_fields(const Change& change) {
  std::string html;
  for (const auto& [name, values] : shown_fields(change)) {
    if (name == "key" || (name == "level" && is_edge(change))) continue;  // part of the name
    html += (html.empty() ? " " : ", ") + html_escaped(name) + ": ";
    if (change.action == Action::change) html += html_code(value_text(values.before)) + " → ";
    html += html_code(value_text(values.after));
  }
  return html;
}

std::string source(const Change& change) {
  const std::string place = format_source(change);
  return place.empty() ? "" : " " + html_element("span", place, "class=\"soft\"");
}

std::string what(Action action, const std::string& name) {
  const std::string_view mark = action == Action::add ? "+" : action == Action::remove ? "−" : "~";
  return "<span class=\"what\"><span aria-hidden=\"true\">" + std::string(mark) + " </span>" +
         html_element("span", std::string(to_string(action)) + " ", "class=\"read\"") + html_escaped(name) + "</span>";
}

std::string item(Action action) { return "<li class=\"" + std::string(to_string(action)) + "\">"; }

std::string html_edge(const Change& edge) {
  const EdgeWords words = edge_words(edge);
  const std::string name = words.list + " " + words.member + (words.level.empty() ? "" : " (" + words.level + ")");
  return item(edge.action) + what(edge.action, name) + html_fields(edge) + source(edge) + "</li>\n";
}

std::string object(const ChangeBlock& block, const HtmlExtent& extent) {
  std::string name = block.change == nullptr ? block.owner : object_name(*block.change);
  if (block.change != nullptr && block.action() == Action::change && block.change->old_key() != block.change->key) {
    name += " (was " + block.change->old_key() + ")";
  }
  std::string html = item(block.action()) + what(block.action(), name);
  if (block.change != nullptr) html += html_fields(*block.change) + source(*block.change);
  if (!block.edges.empty()) {
    html += "\n<ul>\n";
    for (std::size_t i = 0; i < std::min(block.edges.size(), extent.objects); ++i) html += html_edge(*block.edges[i]);
    html += and_more(block.edges.size(), extent.objects, "member") + "</ul>";
  }
  return html + "</li>\n";
}

std::string html_changes(const PlanGroup& group, const HtmlExtent& extent) {
  const std::vector<ChangeBlock> blocks = change_blocks(group.plan.changes);
  if (blocks.empty()) return "";
  std::string html = "<h3>Changes</h3>\n<ul class=\"plan\">\n";
  for (std::size_t i = 0; i < std::min(blocks.size(), extent.objects); ++i) html += object(blocks[i], extent);
  return html + and_more(blocks.size(), extent.objects, "object") + "</ul>\n";
}

std::string permissions(const std::vector<std::string>& names, const char* verb, const char* side) {
  if (names.empty()) return "";
  std::string html = std::string(" ") + verb + " <span class=\"" + side + "\">";
  for (const std::string& name : names) html += (&name == &names.front() ? "" : ", ") + html_code(name);
  return html + "</span>";
}

std::string effects(const PlanGroup& group, const HtmlExtent& extent) {
  const std::vector<EffectWords> all = effect_words(group);
  if (all.empty()) return "";
  std::string html = "<h3>Effect on access</h3>\n<ul>\n";
  for (std::size_t i = 0; i < std::min(all.size(), extent.remarks); ++i) {
    const auto& [user, gains, loses, via] = *all[i].effect;
    const std::string gained = permissions(gains, all[i].one ? "gains" : "gain", "gains");
    html += "<li>" + html_escaped(all[i].who) + gained + (gained.empty() || loses.empty() ? "" : " and") +
            permissions(loses, all[i].one ? "loses" : "lose", "loses") +
            (via.empty() ? "" : " through " + html_escaped(via)) + "</li>\n";
  }
  return html + and_more(all.size(), extent.remarks, "effect") + "</ul>\n";
}

std::string html_remarks(const PlanGroup& group, const HtmlExtent& extent) {
  std::vector<std::string> lines = taken_along_words(group);
  lines.insert(lines.end(), group.remarks.begin(), group.remarks.end());
  for (const std::string& name : prunable_words(group)) lines.push_back("no longer declared, kept: " + name);
  if (const std::string elsewhere = declared_elsewhere_words(group); !elsewhere.empty()) {
    lines.push_back("removed, but still declared by another manager: " + elsewhere);
  }
  if (const std::string line = adoptions_line(group); !line.empty())
    lines.push_back(line + ": " + adopted_words(group));
  if (lines.empty()) return "";
  std::string html = "<h3>Remarks</h3>\n<ul>\n";
  for (std::size_t i = 0; i < std::min(lines.size(), extent.remarks); ++i) html += html_element("li", lines[i]);
  return html + and_more(lines.size(), extent.remarks, "remark") + "</ul>\n";
}

// Those of a group of many are folded.
std::string tenants(const std::vector<std::string>& slugs, const HtmlExtent& extent) {
  if (slugs.size() == 1) return "";
  std::string html;
  for (std::size_t i = 0; i < std::min(slugs.size(), extent.tenants); ++i) {
    html += (i == 0 ? "" : ", ") + html_escaped(slugs[i]);
  }
  if (slugs.size() > extent.tenants) html += " and " + std::to_string(slugs.size() - extent.tenants) + " more";
  if (slugs.size() <= tenants_shown_open) return "<p>" + html + "</p>\n";
  return "<details><summary>" + counted(slugs.size(), "tenant") + "</summary><p>" + html + "</p></details>\n";
}

std::string render_group(const PlanGroup& group, bool open, const HtmlExtent& extent) {
  const std::string who = group.tenants.size() == 1 ? group.tenants.front() : counted(group.tenants.size(), "tenant");
  return std::string("<details class=\"group\"") + (open ? " open" : "") + "><summary>" +
         html_escaped(who + ": " + group_changes(group)) + " " +
         html_element("span", "#" + group.id, "class=\"soft\"") + "</summary>\n" + tenants(group.tenants, extent) +
         html_changes(group, extent) + effects(group, extent) + html_remarks(group, extent) + "</details>\n";
}

std::string matrix_cell(const PermissionCell& cell, bool fleet) {
  const bool both = cell.gained > 0 && cell.lost > 0;
  const char* side = both ? "both" : cell.gained > 0 ? "gain" : "loss";
  const auto part = [&](std::size_t tenants, const std::string& mark, const std::string& word) {
    if (tenants == 0) return std::string();
    return "<span aria-hidden=\"true\">" + mark + "</span>" + html_element("span", word, "class=\"read\"") +
           (fleet ? " " + std::to_string(tenants) : "");
  };
  std::string html = std::string("<td class=\"") + side + "\">" + part(cell.gained, "+", "gained") + (both ? " " : "") +
                     part(cell.lost, "−", "lost");
  for (const std::string& level : cell.levels) html += "<br>" + html_escaped(level);
  return html + "</td>";
}

std::string matrix(const FleetReport& report) {
  const PermissionChanges all = find_permission_changes(report);
  if (all.rows.empty()) return "";
  const bool fleet = is_fleet(report);
  std::string html = std::string(
                         "<h2>Permissions of roles</h2>\n<p>+ gains a permission, − loses it or holds it at a "
                         "narrower level") +
                     (fleet ? "; with the number of tenants" : "") +
                     ". Empty cells do not change.</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                     "aria-label=\"Permissions of roles that change\">\n<table class=\"matrix\">\n<thead><tr><th "
                     "scope=\"col\">Permission</th>";
  for (const std::string& holder : all.holders) {
    const bool role = holder.starts_with("roles/");
    html += html_element("th", holder.substr(holder.find('/') + 1) + (role ? "" : " (template)"), "scope=\"col\"");
  }
  html += "</tr></thead>\n<tbody>\n";
  for (const auto& [permission, cells] : all.rows) {
    html += "<tr><th scope=\"row\">" + html_code(permission) + "</th>";
    for (const std::string& holder : all.holders) {
      const auto cell = cells.find(holder);
      html += cell == cells.end() ? "<td></td>" : matrix_cell(cell->second, fleet);
    }
    html += "</tr>\n";
  }
  return html + "</tbody>\n</table>\n</div>\n";
}

std::string html_failures(const FleetReport& report, const HtmlExtent& extent) {
  if (report.failures.empty()) return "";
  std::string html = "<h2>Failed</h2>\n<ul>\n";
  for (std::size_t i = 0; i < std::min(report.failures.size(), extent.tenants); ++i) {
    const TenantFailure& failure = report.failures[i];
    html += html_element("li", (failure.tenant.empty() ? "" : failure.tenant + ": ") + error_words(failure.error) +
                                   (is_retryable(failure.error) ? " (can be retried)" : ""));
  }
  return html + and_more(report.failures.size(), extent.tenants, "tenant") + "</ul>\n";
}

constexpr std::string_view filters = R"(<form class="hidden" aria-label="Filters">
<label>Find <input type="search" name="words" placeholder="tenant, object, user"></label>
<label><input type="checkbox" name="add" checked> additions</label>
<label><input type="checkbox" name="change" checked> changes</label>
<label><input type="checkbox" name="remove" checked> removals</label>
<label><input type="checkbox" name="losses"> only where somebody loses access</label>
</form>
)";

std::string page(const FleetReport& report, const ReportStyle& style, const ReportOrigin& origin,
                 const HtmlExtent& extent) {
  std::string title = summary_line(report, style);
  title.pop_back();  // a heading has no full stop
  std::string html = html_page_start(title, plan_style, plan_script) + html_origin(origin);
  if (const std::string messages = messages_line(report, style); !messages.empty()) {
    html += html_element("p", messages + ".");
  }
  html += matrix(report) + "<h2>Groups of tenants</h2>\n" + std::string(filters) +
          "<p class=\"none soft\" role=\"status\"></p>\n";
  const bool open = report.groups.size() <= groups_shown_open;
  for (const PlanGroup& group : report.groups) html += render_group(group, open, extent);
  if (report.groups.empty()) html += "<p>Nothing changes.</p>\n";
  html += html_failures(report, extent);
  if (!report.skipped.empty()) {
    html += "<h2>Skipped, not active</h2>\n" + html_element("p", shortened(report.skipped));
  }
  return html + html_page_end(plan_script);
}

}  // namespace

std::string report_html(const FleetReport& report, const ReportStyle& style, const ReportOrigin& origin) {
  std::string html;
  for (const HtmlExtent& extent : html_extents) {
    html = page(report, style, origin, extent);
    if (html.size() <= largest_page) break;
  }
  return html;
}

}  // namespace acctl
