#include "probe.skel.hpp"
bool has_bss() { return probe::open().has_value(); }
