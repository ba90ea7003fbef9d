#include "probe.skel.hpp"
char c() { return probe::open().value().data().text[1]; }
