// What goes on when ns-3 gives up.
#pragma once

#include <functional>

// Does something; if ns-3 would end the process on the way (NS_ABORT, an
// assertion, a segmentation fault), what is left of it is not done, the simulation goes on,
// and the result is false.
bool Guarded(const std::function<void()>& action);

// Tells that one more frame is sent; gives up what is being done if it sends without end.
void CountFrame();

// To be called once, by the simulator's thread.
void GuardThisThread();
