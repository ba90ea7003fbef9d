#include "probe.skel.hpp"
#define VISIBLE [[gnu::visibility("default")]]
VISIBLE char b() { return probe::open().value().data().text[1]; }
