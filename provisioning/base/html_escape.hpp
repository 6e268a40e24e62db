// Text in pages and messages of HTML.
#pragma once

#include <string>
#include <string_view>

namespace acctl {

// For text and for quoted attributes of HTML and SVG; what a terminal must not see is spelled out here, too.
std::string html_escaped(std::string_view text);

}  // namespace acctl
