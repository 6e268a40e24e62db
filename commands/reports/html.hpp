// HTML pages are self-contained: one file, nothing fetched, readable on a phone, on paper and in the dark; a script, if
// there is one, is named by its digest, so that nothing else can run.
#pragma once

#include <string>
#include <string_view>

#include "provisioning/base/text.hpp"

namespace acctl {

// Who made a page, when and with what; shown on it.
struct ReportOrigin {
  std::string actor;
  std::string at;        // RFC 3339, UTC
  std::string database;  // the control database, as people may see it
  std::string version;   // "0.1.0"
};

// "<td>text</td>", escaped; `attributes` as they stand in the tag.
std::string html_element(std::string_view tag, std::string_view text, std::string_view attributes = {});

// "<dt>term</dt><dd>text</dd>\n", escaped.
std::string html_entry(std::string_view term, std::string_view text);

// The page up to its heading, whose text is `title`; and its end. `style` is added to that of all pages.
std::string html_page_start(std::string_view title, std::string_view style, std::string_view script = {});
std::string html_page_end(std::string_view script = {});

// A list of terms that says where the page comes from.
std::string html_origin(const ReportOrigin& origin);

}  // namespace acctl
