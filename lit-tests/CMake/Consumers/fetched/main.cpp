#include "probe.skel.hpp"
int main() { return probe::open().value().data().three == 3 ? 0 : 1; }
