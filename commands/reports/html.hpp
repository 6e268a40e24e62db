// HTML pages are self-contained: one file, no scripts, nothing fetched.
#pragma once

#include <string>
#include <string_view>

#include "provisioning/base/html_escape.hpp"

namespace acctl {

// "<td>text</td>", escaped; `attributes` as they stand in the tag.
std::string html_element(std::string_view tag, std::string_view text, std::string_view attributes = {});

// The page up to its heading, whose text is `title`; and its end. `style` is added to that of all pages.
std::string html_page_start(std::string_view title, std::string_view style);
std::string html_page_end();

}  // namespace acctl
