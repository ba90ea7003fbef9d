#include <cstring>
#include "in_c.skel.h"
#include "probe.skel.hpp"
int main() {
  probe::opened skel = probe::open().value();
  return skel.rodata().limit == 6 && skel.data().more.five == 5 && std::strcmp(skel.rodata().text, "a b") == 0 ? 0 : 1;
}
