// Edits the text of a configuration file and keeps what people wrote around the values: comments, order, blank lines.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace acctl {

// Each returns the text of the file as it is to be. `path` names the file in messages. Throws Error(invalid) if the
// text is not a valid configuration, Error(failed) if it is written in a way that cannot be edited; `text` may be
// empty.

// Makes `context` the current one; "" makes none the current one.
std::string with_current(const std::string& text, const std::string& path, const std::string& context);

// Sets entries of `context`, which is added if there is none.
std::string with_entries(const std::string& text, const std::string& path, const std::string& context,
                         const std::map<std::string, std::string>& entries);

// Removes entries that are there.
std::string without_entries(const std::string& text, const std::string& path, const std::string& context,
                            const std::vector<std::string>& entries);

std::string without_context(const std::string& text, const std::string& path, const std::string& context);

}  // namespace acctl
