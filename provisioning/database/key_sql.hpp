// The SQL by which an object's key is compared and read.
#pragma once

#include <string>

#include "provisioning/database/connection.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

// The key of the row `alias` of the kind's table. Email addresses are compared without case, and are in lower case in a
// State; app.users has an index on the same expression.
inline std::string key_sql(const Kind& kind, const std::string& alias) {
  const std::string column = alias + "." + quoted_identifier(kind.key_column);
  return kind.keys == KeyForm::email ? "lower(" + column + ")" : column;
}

}  // namespace acctl
