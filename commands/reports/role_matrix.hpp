// A matrix holds the roles of a tenant and the level of each permission in them; it is rendered as HTML, SVG and text.
#pragma once

#include <string>
#include <vector>

#include "provisioning/model/state.hpp"

namespace acctl {

struct Matrix {
  struct Role {
    std::string key;
    std::string name;
  };
  struct Row {
    std::string category;
    std::string permission;
    std::string description;
    std::vector<std::string>
        levels;  // by role: "global", "group", "restricted", "yes" where it has none, "" for not held
  };
  std::string title;
  std::vector<Role> roles;  // by key
  std::vector<Row> rows;    // by category, then by permission; "*" first
};

// A role that holds "*" holds each permission, at its widest.
Matrix make_role_matrix(const State& state, const std::string& title);

// An HTML page: categories in sections, roles in the header; both stay in sight while the page is scrolled.
std::string matrix_html(const Matrix& matrix);

// For a terminal that has colors: a mark of two columns per role, categories as headings, a legend. Escaped.
std::string matrix_text(const Matrix& matrix);

// A drawing: discs for what is held, half of one for the level group, a ring for restricted.
std::string matrix_svg(const Matrix& matrix);

}  // namespace acctl
