// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Maps for the standard library's algorithms, containers and ranges: `std::count_if(map.begin(), map.end(), …)`,
// `map | std::views::filter(…)`. A header of its own, as <iterator> is a large one.
#pragma once

#include <bpfbuild/map.hpp>
#include <iterator>

/// Each element is read from the kernel once, in passing.
template <typename Map> struct std::iterator_traits<bpfbuild::map_iterator<Map>> {
  using iterator_category = std::input_iterator_tag;
  using value_type = typename bpfbuild::map_iterator<Map>::value_type;
  using difference_type = typename bpfbuild::map_iterator<Map>::difference_type;
  using pointer = typename bpfbuild::map_iterator<Map>::pointer;
  using reference = typename bpfbuild::map_iterator<Map>::reference;
};
