// What goes on when ns-3 gives up.
#pragma once

#include <functional>

// Does something; if ns-3 would end the process on the way (an assertion, NS_ABORT), what is left of
// it is not done, the simulation goes on, and the result is false.
bool Guarded(const std::function<void()>& action);
