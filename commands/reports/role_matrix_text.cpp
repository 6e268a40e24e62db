// The role matrix for a terminal in color: a mark per level, and two columns per role, so that many roles fit.
#include <algorithm>

#include "commands/reports/role_matrix.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

struct Mark {
  const char* sign;
  const char* color;  // of the terminal: SGR
  const char* meaning;
};

Mark to_mark(const std::string& level) {
  if (level.empty()) return {"·", "2", "not held"};
  if (level == "group") return {"◐", "33", "group: what is assigned to the user's teams"};
  if (level == "restricted") return {"○", "36", "restricted: what the user takes part in"};
  return {"●", "32", "held, or global: everything"};
}

std::string painted(const Mark& mark) { return std::string("\x1b[") + mark.color + "m" + mark.sign + "\x1b[0m"; }

std::string bold(const std::string& text) { return "\x1b[1m" + text + "\x1b[0m"; }

}  // namespace

std::string matrix_text(const Matrix& matrix) {
  std::size_t width = 0;
  for (const Matrix::Row& row : matrix.rows) width = std::max(width, display_width(escaped(row.permission)));
  const std::string margin(width + 4, ' ');
  std::string text = bold(escaped(matrix.title)) + "\n\n";
  // Names like stairs, each above its column.
  for (std::size_t i = 0; i < matrix.roles.size(); ++i) {
    text += margin;
    for (std::size_t left = 0; left < i; ++left) text += "│ ";
    text += "┌ " + escaped(matrix.roles[i].name.empty() ? matrix.roles[i].key : matrix.roles[i].name) + "\n";
  }
  const std::string* category = nullptr;
  for (const Matrix::Row& row : matrix.rows) {
    if (category == nullptr || *category != row.category) text += bold(escaped(row.category)) + "\n";
    category = &row.category;
    const std::string permission = escaped(row.permission);
    text += "  " + permission + std::string(width + 2 - display_width(permission), ' ');
    for (const std::string& level : row.levels) text += painted(to_mark(level)) + " ";
    text += "\n";
  }
  text += "\n";
  for (const char* level : {"yes", "group", "restricted", ""}) {
    text += painted(to_mark(level)) + " " + to_mark(level).meaning + "\n";
  }
  return text;
}

}  // namespace acctl
