// Reads requests for many tenants from a file.
//
// YAML:  acctl: 1
//        tenants:
//          acme: {name: Acme Inc., admin_email: ana@acme.example, plan: pro, labels: {tier: gold}}
// CSV:   slug,name,admin_email,admin_name,plan,seats,pack,server,region,enterprise,domain,label.KEY…
//        columns in any order, slug, name and admin_email required
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provisioning/tenants/tenant.hpp"

namespace acctl {

// CSV if the name of `file` ends in .csv, else YAML. Throws Error(invalid) with all problems and their places.
std::vector<TenantRequest> read_requests(std::string_view text, const std::string& file);

}  // namespace acctl
