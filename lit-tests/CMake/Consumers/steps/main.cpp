#include "probe.skel.hpp"
int third();
int main() { return probe::open().value().data().first + third() == 4 ? 0 : 1; }
