// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// The functions of <bpfbuild/perf_buffer.hpp>.
#pragma once

#include <bpfbuild/impl/log.hpp>
#include <bpfbuild/impl/map.hpp>
#include <bpfbuild/impl/records.hpp>
#include <bpfbuild/perf_buffer.hpp>
#include <cerrno>
#include <cstring>

namespace bpfbuild {

BPFBUILD_FUNCTION const void *detail::aligned_copy::of(const void *data, std::size_t size) {
  if (size > room_) {
    delete[] words_;
    words_ = nullptr;
    room_ = 0;
    words_ = new std::uint64_t[(size + 7) / 8];
    room_ = size;
  }
  return size == 0 ? data : std::memcpy(words_, data, size);
}

BPFBUILD_FUNCTION result<void> perf_buffer::open(const map &map, std::size_t pages, perf_buffer_sample_fn deliver,
                                                 perf_buffer_lost_fn lost) {
  detail::log log;
  native_ = perf_buffer__new(map.fd(), pages, deliver, lost, receiver_, nullptr);
  if (native_ == nullptr)
    return error(step::map, errno, "map '%s': cannot open its buffers: %s", map.name(), log.take());
  return {};
}

} // namespace bpfbuild
