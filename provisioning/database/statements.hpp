// A script of SQL, taken apart into its statements.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace acctl {

// The statements of `script`, without the semicolons between them and without what is only white space and comments.
// Knows quotes, dollar quotes and comments as PostgreSQL does; not the bodies of SQL-standard functions (BEGIN ATOMIC).
std::vector<std::string> split_statements(std::string_view script);

}  // namespace acctl
