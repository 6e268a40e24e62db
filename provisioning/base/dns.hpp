// Looks names up in the DNS.
#pragma once

#include <string>
#include <vector>

namespace acctl {

// The texts of the TXT records of `name`; none if there is no such name or record. `server`: the IPv4 address of a name
// server, with a port behind a colon if it is not 53; "" for those of this machine. Throws Error(invalid) if it is
// none, Error(connection) if no answer comes within a few seconds.
std::vector<std::string> find_txt_records(const std::string& name, const std::string& server = "");

}  // namespace acctl
