// Splits a script of SQL into its statements.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace acctl {

// The statements of `script`, without the semicolons between them and without what is only white space and comments.
// Knows quotes, dollar quotes and comments as PostgreSQL does; not the bodies of SQL-standard functions (BEGIN ATOMIC).
std::vector<std::string> split_statements(std::string_view script);

// What the log calls a statement: the name of a query of this folder's .sql files, else its first two words. Never more
// of its text, which may hold a value: "alter role".
std::string statement_name(std::string_view statement);

}  // namespace acctl
