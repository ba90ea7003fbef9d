// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// The functions of <bpfbuild/perf_buffer.hpp>.
#pragma once

#include <bpfbuild/impl/log.hpp>
#include <bpfbuild/impl/map.hpp>
#include <bpfbuild/impl/records.hpp>
#include <bpfbuild/perf_buffer.hpp>
#include <cerrno>

namespace bpfbuild {

BPFBUILD_FUNCTION result<void> perf_buffer::open(const map &map, std::size_t pages, perf_buffer_sample_fn deliver,
                                                 perf_buffer_lost_fn lost) {
  detail::log log;
  native_ = perf_buffer__new(map.fd(), pages, deliver, lost, receiver_, nullptr);
  if (native_ == nullptr)
    return error(step::map, errno, "map '%s': cannot open its buffers: %s", map.name(), log.take());
  return {};
}

} // namespace bpfbuild
