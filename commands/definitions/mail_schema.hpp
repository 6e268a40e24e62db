// The JSON Schema of `mail` in the platform's file.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace acctl {

// The same rules as find_mail_problems(MailSettings), as far as a schema can say them.
nlohmann::ordered_json mail_schema();

}  // namespace acctl
