// A CSV file of people: to invite, or all of a directory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provisioning/access/invitations.hpp"
#include "provisioning/base/csv_columns.hpp"

namespace acctl {

// What its columns can be.
const std::vector<CsvColumn>& people_columns();

// What a row leaves empty is as `model` has it. `path` - is standard input; columns named by `ignored` are left out.
// Throws Error(invalid) with all problems and their lines; check_invitees() finds the others. With InvalidRows::kept a
// row with values that cannot be read is not one of them: its Invitee::problem says so.
enum class InvalidRows { refused, kept };
std::vector<Invitee> read_invitees(const std::string& path, const Invitee& model,
                                   const std::vector<std::string>& ignored = {},
                                   InvalidRows invalid = InvalidRows::refused);

// The same in two steps: the text of the file, and what it says.
std::string read_invitee_text(const std::string& path);
std::vector<Invitee> parse_invitees(std::string_view text, const std::string& path, const Invitee& model,
                                    const std::vector<std::string>& ignored, InvalidRows invalid);

// Those of `people` who are meant for the tenant: whose row names it, or none.
std::vector<Invitee> people_of_tenant(const std::vector<Invitee>& people, const std::string& tenant);

// "8h" or "8" as hours; throws Error(invalid) naming `what` if it is not a whole number of hours.
std::int64_t whole_hours(const std::string& what, const std::string& text);

}  // namespace acctl
