#include "count.skel.hpp"
#include "count_large.skel.hpp"
#include "count_old.skel.hpp"
extern "C" unsigned entries_in_c();
int main() {
  auto plain = count_bpf::open().value();
  auto large = large::count_large::open().value();
  auto old = count_old::open().value();
  return plain.maps().counts.max_entries() == 16 && large.maps().counts.max_entries() == 4096 && old.maps().counts.max_entries() == 16 &&
                 entries_in_c() == 16
             ? 0
             : 1;
}
