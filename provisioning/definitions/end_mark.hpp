// Ends an export with a line that proves that it is whole: "# end: 214 objects, sha256 4f1a…". The digest is that of
// all lines before it, so `head -n -1 export.yaml | sha256sum` prints it, too.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace acctl {

// `document` with its end mark.
std::string with_end_mark(std::string document, std::size_t objects);

// Why `text` is not an export as it was written: "has no '# end:' line …"; "" if it is one. Line ends of Windows do not
// count as a change.
std::string end_mark_problem(std::string_view text);

// An export as the registry keeps it: what stands before its end mark, and how many objects that counts. All of `text`
// and nothing if it has no valid mark.
struct Unmarked {
  std::string_view document;
  std::optional<std::size_t> objects;
};
Unmarked without_end_mark(std::string_view text);

}  // namespace acctl
