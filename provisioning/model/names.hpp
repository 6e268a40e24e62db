// The grammars of names, checked before a name reaches a statement, a path or a mail.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace acctl {

// Each throws Error(invalid) that shows the value escaped, says what is wrong with it and what would be right.
void check_slug(const std::string& slug);  // tenant: label of a host name, name of a database
void check_key(const std::string& what, const std::string& key);
void check_email(const std::string& what, const std::string& email);
void check_display_name(const std::string& what, const std::string& name);
void check_hostname(const std::string& what, const std::string& name);
void check_label(const std::string& key, const std::string& value);

// Databases that a cluster has of its own, acctl's own, and host names that the platform needs: no tenant has them.
const std::vector<std::string_view>& reserved_slugs();

}  // namespace acctl
