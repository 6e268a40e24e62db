#include "commands/reports/html.hpp"

#include "provisioning/base/digest.hpp"
#include "provisioning/base/encoding.hpp"

namespace acctl {

namespace {

// Also readable on paper, on a phone, and in the color scheme that the reader's system prefers. What is folded on the
// screen is open on paper.
constexpr std::string_view common_style = R"(
:root { color-scheme: light dark; --line: #c8ccd0; --head: #eef1f4; --page: #ffffff; --text: #1c2024; --soft: #5a6068;
  --gain: #0b6b2e; --gain-back: #e3f6e8; --loss: #a3151f; --loss-back: #fde8e8; --change: #7a4b00;
  --change-back: #fff3d9; }
@media (prefers-color-scheme: dark) {
  :root { --line: #43484e; --head: #24282d; --page: #16191c; --text: #e6e8ea; --soft: #a4abb3;
    --gain: #7ee2a0; --gain-back: #12301d; --loss: #ff9d9d; --loss-back: #3d1618; --change: #ffcf7a;
    --change-back: #35270b; }
}
body { margin: 2rem; background: var(--page); color: var(--text); font: 15px/1.45 system-ui, sans-serif;
  overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0 0 .5rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
p { max-width: 60rem; }
table { border-collapse: separate; border-spacing: 0; }
th, td { border: 0 solid var(--line); border-width: 0 1px 1px 0; padding: .3rem .55rem; text-align: left;
  vertical-align: top; }
th { background: var(--head); }
thead th { overflow-wrap: normal; }
caption { text-align: left; color: var(--soft); padding: .3rem 0; }
a { color: inherit; }
summary { cursor: pointer; }
.soft { color: var(--soft); }
.origin { display: grid; grid-template-columns: max-content auto; gap: .1rem 1rem; margin: .5rem 0; }
.origin dt { color: var(--soft); }
.origin dd { margin: 0; }
@media (max-width: 40rem) { body { margin: 1rem .75rem; } }
@media print {
  :root { color-scheme: light; --line: #999999; --head: #f0f0f0; --page: #ffffff; --text: #000000; --soft: #444444;
    --gain: #0b6b2e; --gain-back: #ffffff; --loss: #a3151f; --loss-back: #ffffff; --change: #7a4b00;
    --change-back: #ffffff; }
  body { margin: 0; font-size: 10px; }
  thead { display: table-header-group; }
  tr, li { break-inside: avoid; }
  h2, h3, summary { break-after: avoid; }
  details::details-content { display: block; content-visibility: visible; block-size: auto; }
  summary { list-style: none; }
})";

}  // namespace

std::string html_element(std::string_view tag, std::string_view text, std::string_view attributes) {
  const std::string name(tag);
  return "<" + name + (attributes.empty() ? "" : " " + std::string(attributes)) + ">" + html_escaped(text) + "</" +
         name + ">";
}

std::string html_entry(std::string_view term, std::string_view text) {
  return html_element("dt", term) + html_element("dd", text) + "\n";
}

std::string html_page_start(std::string_view title, std::string_view style, std::string_view script) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'" +
         (script.empty() ? "" : "; script-src 'sha256-" + base64(sha256(script)) + "'") +
         "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
         html_element("title", title) + "\n<style>" + std::string(common_style) + std::string(style) +
         "\n</style>\n</head>\n<body>\n<main>\n" + html_element("h1", title) + "\n";
}

std::string html_page_end(std::string_view script) {
  return "</main>\n" + (script.empty() ? "" : "<script>" + std::string(script) + "</script>\n") + "</body>\n</html>\n";
}

std::string html_origin(const ReportOrigin& origin) {
  return "<dl class=\"origin\">\n" + html_entry("Made by", origin.actor) + html_entry("Made at", origin.at) +
         html_entry("Control database", origin.database) + html_entry("Program", "acctl " + origin.version) + "</dl>\n";
}

}  // namespace acctl
