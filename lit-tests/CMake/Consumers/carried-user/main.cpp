#include <inlined.skel.hpp>
#include <probe.skel.hpp>
int three(probe::opened &skel);
int three(inlined::opened &skel);
int main() {
  probe::opened first = probe::open().value();
  inlined::opened second = inlined::open().value();
  return three(first) + three(second) == 6 ? 0 : 1;
}
