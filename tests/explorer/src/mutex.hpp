// Taking and giving back the shadow of a mutex, once it has been decided who may.
#pragma once

#include "world.hpp"

namespace promissory::explorer::mutex {

void hold(Object& mutex, bool shared);
void let_go(Object& mutex);

}  // namespace promissory::explorer::mutex
