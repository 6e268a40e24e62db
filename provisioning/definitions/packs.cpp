#include "provisioning/definitions/packs.hpp"

#include <algorithm>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

std::vector<std::string> pack_names() {
  std::vector<std::string> names;
  for (const Pack& pack : packs()) names.emplace_back(pack.name);
  return names;
}

bool shows_plain_admin(std::string_view pack) { return pack == "msp"; }

const Pack& require_pack(const std::string& name) {
  const auto found = std::ranges::find(packs(), std::string_view(name), &Pack::name);
  if (found != packs().end()) return *found;
  const std::vector<std::string> names = pack_names();
  throw Error(ErrorKind::invalid, "there is no pack '" + name + "'" + did_you_mean(name, names),
              "Packs: " + join(names) + ".");
}

}  // namespace acctl
