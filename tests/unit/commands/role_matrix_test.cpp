// role matrix as values and as pages.
#include "commands/reports/role_matrix.hpp"

#include "commands/reports/html.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/plan/pack_state.hpp"
#include "tests/support/catch.hpp"

using acctl::Matrix;

namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

const Matrix hostile = {.title = "</title><script>alert(1)</script>",
                        .roles = {{"x", "\"><img src=x onerror=alert(1)>"}},
                        .rows = {{"<b>", "a.b", "'&\x1b[31m\xe2\x80\xae", {"yes"}}}};

void check_harmless(const std::string& page) {
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find("<img") == std::string::npos);
  CHECK(page.find('\x1b') == std::string::npos);
  CHECK(page.find("\xe2\x80\xae") == std::string::npos);
  CHECK(page.find("&lt;script&gt;alert(1)&lt;/script&gt;") != std::string::npos);
  CHECK(page.find("&quot;&gt;&lt;img src=x onerror=alert(1)&gt;") != std::string::npos);
  CHECK(page.find("&lt;b&gt;") != std::string::npos);
}

// Each element that is opened is closed, in its order; what stands alone is not counted.
void check_balanced(const std::string& page) {
  std::vector<std::string> open;
  for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
    const std::size_t end = page.find('>', at);
    REQUIRE(end != std::string::npos);
    const std::string tag = page.substr(at + 1, end - at - 1);
    const std::string name = tag.substr(0, tag.find_first_of(" /", 1));
    if (tag.starts_with("!") || tag.ends_with("/") || name == "meta" || name == "br") continue;
    if (tag.starts_with("/")) {
      REQUIRE_FALSE(open.empty());
      CHECK(tag.substr(1) == open.back());
      open.pop_back();
    } else {
      open.push_back(name);
    }
  }
  CHECK(open.empty());
}

}  // namespace

TEST_CASE("a matrix has each permission with the level of each role, everything first") {
  const Matrix matrix = make_role_matrix(acctl::state_of_pack("messaging"), "T");
  CHECK(matrix.title == "T");
  CHECK(matrix.roles.size() == 9);
  CHECK(matrix.roles.at(0).key == "account-admin");
  CHECK(matrix.roles.at(0).name == "Account Admin");
  CHECK(matrix.rows.front().permission == "*");
  std::string notes;
  for (const Matrix::Row& row : matrix.rows) {
    REQUIRE(row.levels.size() == matrix.roles.size());
    CHECK_FALSE(row.levels.front().empty());  // who holds "*" holds each
    if (row.permission != "conversations.private_notes") continue;
    for (const std::string& level : row.levels) notes += (level.empty() ? "-" : level) + " ";
  }
  CHECK(notes == "global global - - restricted global group group global ");
  CHECK(std::ranges::is_sorted(matrix.rows.begin() + 1, matrix.rows.end(), {},
                               [](const Matrix::Row& row) { return std::pair(row.category, row.permission); }));
}

TEST_CASE("the page of a matrix stands alone, and is made for readers") {
  const Matrix matrix = make_role_matrix(acctl::state_of_pack("messaging"), "Roles of acme");
  const std::string page = matrix_html(matrix);
  check_balanced(page);
  CHECK(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
  CHECK(page.find("<h1>Roles of acme</h1>") != std::string::npos);
  CHECK(count(page, "scope=\"col\"") == 10);
  CHECK(count(page, "scope=\"row\"") == matrix.rows.size());
  CHECK(count(page, "position: sticky") == 2);
  for (const char* outside : {"<script", "http:", "https:", "url(", "@import", " src=", " onload", "<link"}) {
    INFO(outside);
    CHECK(page.find(outside) == std::string::npos);
  }
}

TEST_CASE("the drawing of a matrix stands alone") {
  const std::string drawing = matrix_svg(make_role_matrix(acctl::state_of_pack("messaging"), "Roles of acme"));
  check_balanced(drawing);
  CHECK(drawing.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\""));
  CHECK(count(drawing, "transform=\"rotate(-45 ") == 9);
  CHECK(drawing.find("<title>Support Agent: conversations.private_notes, group</title>") != std::string::npos);
  CHECK(count(drawing, "http") == 1);
}

TEST_CASE("no name breaks out of a page or a drawing") {
  check_harmless(matrix_html(hostile));
  check_harmless(matrix_svg(hostile));
  check_balanced(matrix_html(hostile));
  check_balanced(matrix_svg(hostile));
  const Matrix lonely{.title = "Nothing", .roles = {}, .rows = {{"A", "a.b", "", {}}}};
  check_balanced(matrix_html(lonely));
  CHECK(acctl::html_escaped("<a href=\"x\">'&\n") == "&lt;a href=&quot;x&quot;&gt;&#39;&amp;\\x0a");
}

TEST_CASE("on a terminal with colors a matrix is marks, and fits") {
  const Matrix matrix = make_role_matrix(acctl::state_of_pack("messaging"), "Roles of acme");
  const std::string text = matrix_text(matrix);
  CHECK(text.find("┌ Account Admin\n") != std::string::npos);
  CHECK(text.find("\x1b[33m◐\x1b[0m") != std::string::npos);
  CHECK(text.find("\x1b[32m●\x1b[0m") != std::string::npos);
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') i = text.find('m', i) + 1;
    if (i < text.size() && text[i] != '\x1b') plain += text[i];
  }
  std::size_t start = 0;
  for (std::size_t end = plain.find('\n'); end != std::string::npos; start = end + 1, end = plain.find('\n', start)) {
    CHECK(acctl::display_width(plain.substr(start, end - start)) <= 80);
  }
  const std::string harmless = matrix_text(hostile);
  CHECK(harmless.find("\xe2\x80\xae") == std::string::npos);
}
