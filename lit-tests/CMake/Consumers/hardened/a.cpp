#include "probe.skel.hpp"
#define VISIBLE [[gnu::visibility("default")]]
VISIBLE char a() { return probe::open().value().data().text[1]; }
