// Placeholders of texts: {{name}}.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace acctl {

// The names between {{ and }}, in their order, repeated ones too. Throws Error(invalid) for a {{ that is not closed,
// and for what is between being no name: a-z, 0-9 and _, a letter first; spaces around it do not count.
std::vector<std::string> find_placeholders(std::string_view text);

// What the text of a mail that acctl sends may name, by the key of its template: "invitation", "invitation-resent",
// "deactivated", "reactivated". nullptr for templates of the application, whose placeholders are its own.
const std::vector<std::string>* mail_placeholders(std::string_view key);

// The keys of the templates of mails that acctl sends.
const std::vector<std::string_view>& mail_templates();

// `text` with the values in their places, each as `escape` makes it. Throws Error(invalid) for a name without a value.
std::string filled(std::string_view text, const std::map<std::string, std::string>& values,
                   const std::function<std::string(const std::string&)>& escape = nullptr);

}  // namespace acctl
