#include <probe.skel.hpp>
int three(probe::opened &skel) { return skel.data().three; }
