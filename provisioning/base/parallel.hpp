// Runs a loop on several threads.
#pragma once

#include <cstddef>
#include <functional>

#include "provisioning/base/step.hpp"

namespace acctl {

// Calls work(i) for each i below `count` on up to `workers` threads, and returns when all are done. The first exception
// ends the loop after the items that have begun, and is thrown again.
void for_each_index(std::size_t count, int workers,
                    const std::function<void(std::size_t index, std::size_t worker)>& work);

// The same for each of what `step` counts, which advances with each that is done.
void for_each_index(Step& step, int workers, const std::function<void(std::size_t index, std::size_t worker)>& work);

// Takes what an item has to show. It is done at once when the items before it are finished, and kept until then
// otherwise.
using InOrder = std::function<void(std::function<void()> step)>;

// Calls work(i, in_order) as for_each_index() does. What items show is done one at a time and in the order of the
// items, so that output does not depend on which worker is quicker. Few are kept: who has more to show waits for its
// turn, and no worker runs far ahead.
void for_each_in_order(Step& items, int workers,
                       const std::function<void(std::size_t index, const InOrder& in_order)>& work);

}  // namespace acctl
