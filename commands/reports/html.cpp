#include "commands/reports/html.hpp"

namespace acctl {

namespace {

// Also readable on paper, and in the color scheme that the reader's system prefers.
constexpr std::string_view common_style = R"(
:root { color-scheme: light dark; --line: #c8ccd0; --head: #eef1f4; --page: #ffffff; --text: #1c2024; --soft: #5a6068; }
@media (prefers-color-scheme: dark) {
  :root { --line: #43484e; --head: #24282d; --page: #16191c; --text: #e6e8ea; --soft: #a4abb3; }
}
body { margin: 2rem; background: var(--page); color: var(--text); font: 15px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .5rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
p { max-width: 60rem; }
table { border-collapse: separate; border-spacing: 0; }
th, td { border: 0 solid var(--line); border-width: 0 1px 1px 0; padding: .3rem .55rem; text-align: left;
  vertical-align: top; }
th { background: var(--head); }
caption { text-align: left; color: var(--soft); padding: .3rem 0; }
.soft { color: var(--soft); }
@media print {
  body { margin: 0; font-size: 10px; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
})";

}  // namespace

std::string html_element(std::string_view tag, std::string_view text, std::string_view attributes) {
  const std::string name(tag);
  return "<" + name + (attributes.empty() ? "" : " " + std::string(attributes)) + ">" + html_escaped(text) + "</" +
         name + ">";
}

std::string html_page_start(std::string_view title, std::string_view style) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
         html_element("title", title) + "\n<style>" + std::string(common_style) + std::string(style) +
         "\n</style>\n</head>\n<body>\n<main>\n" + html_element("h1", title) + "\n";
}

std::string html_page_end() { return "</main>\n</body>\n</html>\n"; }

}  // namespace acctl
