#include <inlined.skel.hpp>
int three(inlined::opened &skel) { return skel.data().three; }
