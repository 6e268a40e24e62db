// What the build embeds of man/: the prose of pages (texts/*.md), the outputs of examples (examples/*.txt) and
// pictures (pictures/*.svg).
#pragma once

#include <span>
#include <string_view>

namespace acctl {

struct ManualText {
  std::string_view name;  // of the file, without its ending: "acctl-limits.7", "tenant-create", "plan"
  std::string_view text;
};

std::span<const ManualText> manual_texts();
std::span<const ManualText> example_texts();
std::span<const ManualText> pictures();

// Commands by what they are for, and the pages about that: texts/tasks.txt.
std::string_view task_text();

// The style sheet and the script of the HTML manual: html/manual.css, html/manual.js.
std::string_view html_style();
std::string_view html_script();

}  // namespace acctl
