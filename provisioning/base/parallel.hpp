// Runs a loop on several threads.
#pragma once

#include <cstddef>
#include <functional>

namespace acctl {

// Calls work(i) for each i below `count` on up to `workers` threads, and returns when all are done. The first exception
// ends the loop after the items that have begun, and is thrown again.
void for_each_index(std::size_t count, int workers,
                    const std::function<void(std::size_t index, std::size_t worker)>& work);

}  // namespace acctl
