#include "provisioning/base/json_instantiation.hpp"

template class nlohmann::basic_json<>;
