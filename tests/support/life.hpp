// The life of a tenant by everything that acctl does with one.
#pragma once

#include "tests/support/platform.hpp"

namespace acctl::test {

// Creates `slug`, works on its people and configuration, takes back, copies, exports, suspends, brings back and deletes
// it. Throws what a command said that did not end as it should, or what remains.
void live_through(const TestPlatform& acctl, const std::string& slug);

}  // namespace acctl::test
