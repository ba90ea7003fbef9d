#include "probe.skel.hpp"
int third() { return probe::open().value().data().third; }
