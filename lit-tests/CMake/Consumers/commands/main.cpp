#include <cstring>
#include "probe.skel.hpp"
int main() {
  probe::opened skel = probe::open().value();
  return skel.data().own == 5 && std::strcmp(skel.data().text, "a b") == 0 ? 0 : 1;
}
