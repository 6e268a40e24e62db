// Tells compilers that json_instantiation.cpp has the code of nlohmann::json and ordered_json: without it each source
// makes its own, which takes a third of the time of a build without optimisation. Part of the precompiled headers.
#pragma once

#include <nlohmann/json.hpp>

extern template class nlohmann::basic_json<>;
extern template class nlohmann::basic_json<nlohmann::ordered_map>;
