// The role matrix as HTML and SVG.
#include "commands/reports/html.hpp"
#include "commands/reports/role_matrix.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

constexpr std::string_view matrix_style = R"(
.scroll { overflow: auto; max-height: 85vh; border: 1px solid var(--line); }
thead th { position: sticky; top: 0; z-index: 2; }
th:first-child { position: sticky; left: 0; z-index: 1; min-width: 14rem; }
thead th:first-child { z-index: 3; }
tbody td { text-align: center; white-space: nowrap; }
th.section { font-size: 1.05em; }
th code { font-weight: normal; }
th .soft { display: block; font-weight: normal; font-size: .85em; max-width: 22rem; }
@media print {
  .scroll { overflow: visible; max-height: none; border: 0; }
  th:first-child { min-width: 0; }
  th, td { padding: .2rem .25rem; overflow-wrap: anywhere; }
  tbody td { white-space: normal; }
}
)";

std::string html_row(const Matrix& matrix, const Matrix::Row& row) {
  std::string html = "<tr><th scope=\"row\">" + html_element("code", row.permission) +
                     (row.description.empty() ? "" : html_element("span", row.description, "class=\"soft\"")) + "</th>";
  for (std::size_t i = 0; i < matrix.roles.size(); ++i) {
    html += row.levels[i].empty() ? "<td><span class=\"soft\" aria-label=\"no\">&ndash;</span></td>"
                                  : html_element("td", row.levels[i]);
  }
  return html + "</tr>\n";
}

// The cells beside the heading of a section.
std::string section_rest(std::size_t roles) {
  return roles == 0 ? "" : "<td colspan=\"" + std::to_string(roles) + "\"></td>";
}

// Lengths in the drawing's units.
constexpr int row_height = 20;
constexpr int column_width = 28;
constexpr int letter_width = 8;  // of the widest letters that names are made of, on an average
constexpr int margin = 16;

int measure_width(const std::string& text) { return static_cast<int>(display_width(escaped(text))) * letter_width; }

std::string number(int value) { return std::to_string(value); }

std::string svg_text(int x, int y, const std::string& text, const std::string& attributes = "") {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\"" + (attributes.empty() ? "" : " ") + attributes + ">" +
         html_escaped(text) + "</text>\n";
}

// In the middle of (x, y); told apart by shape and not by color alone.
std::string svg_mark(int x, int y, const std::string& level, const std::string& told) {
  const std::string at = "cx=\"" + number(x) + "\" cy=\"" + number(y) + "\" r=\"6\"";
  const std::string ring = "<circle " + at + " fill=\"none\" stroke=\"#1f5fa8\" stroke-width=\"1.5\"/>";
  std::string shape;
  if (level == "restricted") {
    shape = ring;
  } else if (level == "group") {
    shape = ring + "<path d=\"M" + number(x) + " " + number(y - 6) + "a6 6 0 0 0 0 12z\" fill=\"#1f5fa8\"/>";
  } else {
    shape = "<circle " + at + " fill=\"#1f5fa8\"/>";
  }
  return "<g>" + html_element("title", told) + shape + "</g>\n";
}

std::string svg_legend(int x, int y) {
  std::string svg;
  for (const auto& [level, meaning] : {std::pair("yes", "held, or global: covers everything"),
                                       {"group", "group: covers what is assigned to the user's teams"},
                                       {"restricted", "restricted: covers what the user takes part in"}}) {
    svg += svg_mark(x + 6, y - 4, level, meaning) + svg_text(x + 20, y, meaning);
    y += row_height;
  }
  return svg;
}

class Drawing {
 public:
  explicit Drawing(const Matrix& matrix) : matrix_(matrix) {
    for (const Matrix::Row& row : matrix.rows) {
      labels_ = std::max({labels_, measure_width(row.permission) + margin, measure_width(row.category)});
    }
    for (const Matrix::Role& role : matrix.roles) headings_ = std::max(headings_, measure_width(role.name));
    labels_ = std::max(labels_, 160) + margin;
  }

  std::string svg() {
    // Headings lean to the right by 45 degrees: they are as high as they reach beyond the last column.
    const int lean = headings_ * 71 / 100 + row_height;
    y_ = margin + row_height + lean;
    std::string body = svg_text(margin, margin + 12, matrix_.title, "font-size=\"16\" font-weight=\"bold\"");
    for (std::size_t i = 0; i < matrix_.roles.size(); ++i) body += heading(i);
    const std::string* category = nullptr;
    for (const Matrix::Row& row : matrix_.rows) {
      if (category == nullptr || *category != row.category) {
        category = &row.category;
        y_ += row_height + 6;
        body += svg_text(margin, y_, row.category, "font-weight=\"bold\"");
      }
      body += draw_row(row);
    }
    body += svg_legend(margin, y_ + 2 * row_height);
    const int width = std::max({center(matrix_.roles.size()) + lean, measure_width(matrix_.title) * 5 / 4, 480});
    const int height = y_ + 5 * row_height + margin;
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + number(width) + "\" height=\"" + number(height) +
           "\" viewBox=\"0 0 " + number(width) + " " + number(height) +
           "\" role=\"img\" aria-labelledby=\"title\" font-family=\"system-ui, sans-serif\" font-size=\"13\" "
           "fill=\"#1c2024\">\n" +
           html_element("title", matrix_.title, "id=\"title\"") +
           "\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n" + body + "</svg>\n";
  }

 private:
  int center(std::size_t role) const { return labels_ + margin + static_cast<int>(role) * column_width; }

  std::string heading(std::size_t role) const {
    const std::string at = number(center(role)) + " " + number(y_);
    return svg_text(center(role), y_, matrix_.roles[role].name, "transform=\"rotate(-45 " + at + ")\"");
  }

  std::string draw_row(const Matrix::Row& row) {
    y_ += row_height;
    const int right = center(matrix_.roles.size());
    std::string svg = "<line x1=\"" + number(margin) + "\" y1=\"" + number(y_ + 5) + "\" x2=\"" + number(right) +
                      "\" y2=\"" + number(y_ + 5) + "\" stroke=\"#d8dce0\"/>\n" +
                      svg_text(2 * margin, y_, row.permission);
    for (std::size_t i = 0; i < matrix_.roles.size(); ++i) {
      if (row.levels[i].empty()) continue;
      svg += svg_mark(
          center(i), y_ - 4, row.levels[i],
          matrix_.roles[i].name + ": " + row.permission + (row.levels[i] == "yes" ? "" : ", " + row.levels[i]));
    }
    return svg;
  }

  const Matrix& matrix_;
  int labels_ = 0;
  int headings_ = 0;
  int y_ = 0;
};

}  // namespace

std::string matrix_html(const Matrix& matrix) {
  std::string html = html_page_start(matrix.title, matrix_style) +
                     "<p>Levels: <b>global</b> covers everything, <b>group</b> what is assigned to a team of the "
                     "user, <b>restricted</b> what the user takes part in. <b>yes</b> is a permission without levels, "
                     "&ndash; one that is not held.</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                     "aria-label=\"Roles and permissions\">\n<table>\n<thead><tr><th scope=\"col\">Permission</th>";
  for (const Matrix::Role& role : matrix.roles) {
    html += "<th scope=\"col\">" + html_escaped(role.name) + "<br>" + html_element("code", role.key) + "</th>";
  }
  html += "</tr></thead>\n";
  const std::string* category = nullptr;
  for (const Matrix::Row& row : matrix.rows) {
    if (category == nullptr || *category != row.category) {
      html += (category == nullptr ? "<tbody>\n" : "</tbody>\n<tbody>\n") +
              ("<tr>" + html_element("th", row.category, "class=\"section\" scope=\"rowgroup\"")) +
              section_rest(matrix.roles.size()) + "</tr>\n";
      category = &row.category;
    }
    html += html_row(matrix, row);
  }
  return html + (category == nullptr ? "" : "</tbody>\n") + "</table>\n</div>\n" + html_page_end();
}

std::string matrix_svg(const Matrix& matrix) { return Drawing(matrix).svg(); }

}  // namespace acctl
