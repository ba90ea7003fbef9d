#include "count.hpp"
#include "counter.skel.hpp"
int count() { return counter::open().value().data().three; }
