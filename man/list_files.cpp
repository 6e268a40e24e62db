#include "man/list_files.hpp"

#include "cli/builder.hpp"
#include "man/roff.hpp"
#include "provisioning/access/invitee_file.hpp"
#include "provisioning/tenants/request_file.hpp"

namespace acctl {

namespace {

constexpr std::string_view csv_rules = R"(
The first row names the columns, in any order and case; names may have blanks or '-' where '_' is shown. A column with
another name is refused unless --ignore-columns names it. Cells are separated by commas, semicolons or tabs, whichever
the first row has most of, or as a line such as sep=; before it says. The file is UTF-8, or UTF-16 with a byte order
mark. Cells are trimmed; a cell with an invisible character is refused. Blank rows and empty cells behind the last named
column have no meaning. Several entries of one cell are separated by commas, semicolons or spaces. Yes, true and 1 mean
the same, as do no, false and 0, in any case. All problems of a file are reported with their lines, and nothing is
changed (exit 3).)";

constexpr std::string_view people_text = R"(
'acctl user invite' and 'acctl user sync' read files of people. What 'acctl user list -o csv' writes is one. The options
of the command give the values of empty cells. Of the columns, only email is required.)";

constexpr std::string_view tenants_text = R"(
'acctl tenant create' reads files of tenants, as CSV or as YAML: CSV if the name of the file ends in .csv or .tsv or
--format says so. What 'acctl tenant list -o csv' writes is one; it changes nothing in tenants that are as it says. The
columns slug and name are required, and admin_email for new tenants. A column label.KEY gives one label.

A YAML file starts with `acctl: 1`. Its key `tenants` has a mapping of slugs to fields, which are called like the columns
of CSV; `labels` is a mapping, and so are `features` (true or false) and `limits` (projects, storage_bytes), which only
YAML has. `manager` says who declares the tenants, for 'acctl tenant apply'.)";

constexpr const char* people_example = R"(email,name,roles,teams,external_id
ana@acme.example,Ana Ames,support-agent,"tier-1, tier-2",00u1a2b3
ben@acme.example,Ben Bell,support-lead,tier-2,00u1a2b4)";

constexpr const char* tenants_example = R"(acctl: 1
tenants:
  acme:
    name: Acme Inc.
    admin_email: ana@acme.example
    plan: pro
    labels: {tier: gold})";

std::string columns_section(const std::vector<CsvColumn>& columns) {
  std::string text = ".Sh COLUMNS\n.Bl -tag -width Ds\n";
  for (const CsvColumn& column : columns) {
    std::string help = std::string(column.help) + (column.required ? " (required)" : "");
    const char* before = "; also ";
    for (const std::string_view other : column.other_names) {
      help += before + std::string(other);
      before = ", ";
    }
    text += ".It Sy " + roff_argument(std::string(column.name)) + "\n" + roff_prose(help + ".");
  }
  return text + ".El\n";
}

ManualPage list_file_page(const std::string& name, const std::string& summary, std::string_view about,
                          const std::vector<CsvColumn>& columns, const std::string& sample,
                          const std::string& command_page) {
  ManualPage page{.name = name, .summary = summary, .text = {}, .section = 5};
  page.text = page_head(page) + ".Sh DESCRIPTION\n" + roff_prose(flowed(about)) + ".Sh CSV\n" +
              roff_prose(flowed(csv_rules)) + columns_section(columns) + ".Sh EXAMPLES\n" + roff_literal(sample) +
              ".Sh SEE ALSO\n.Xr acctl 1 ,\n.Xr " + command_page + " 1\n";
  return page;
}

}  // namespace

std::vector<ManualPage> list_file_pages() {
  return {
      list_file_page("acctl-people", "files of people", people_text, people_columns(), people_example, "acctl-user"),
      list_file_page("acctl-tenants", "files of tenants", tenants_text, tenant_columns(), tenants_example,
                     "acctl-tenant")};
}

}  // namespace acctl
