// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// The functions of <bpfbuild/perf_buffer.hpp>.
#pragma once

#include <bpfbuild/impl/log.hpp>
#include <bpfbuild/impl/map.hpp>
#include <bpfbuild/impl/records.hpp>
#include <bpfbuild/perf_buffer.hpp>
#include <cerrno>
#include <cstring>
#include <linux/perf_event.h>

namespace bpfbuild {

BPFBUILD_FUNCTION const void *detail::aligned_copy::of(const void *data, std::size_t size) noexcept {
  if (size > room_) {
    delete[] words_;
    room_ = 0;
    words_ = new (std::nothrow) std::uint64_t[(size + 7) / 8];
    if (words_ == nullptr)
      return nullptr;
    room_ = size;
  }
  return size == 0 ? data : std::memcpy(words_, data, size);
}

BPFBUILD_FUNCTION int detail::single_receiver::deliver(const void *bytes, std::size_t length) noexcept {
  data = copy_.of(bytes, length);
  size = length;
  return data == nullptr ? -ENOMEM : -ECANCELED;
}

namespace detail {
/// What libbpf calls for each event of a buffer: a record, or the news that some were lost.
BPFBUILD_FUNCTION bpf_perf_event_ret receive_event(void *context, int, perf_event_header *event) {
  auto &to = *static_cast<receiver *>(context);
  const char *const bytes = reinterpret_cast<const char *>(event) + sizeof(*event);
  const std::size_t room = event->size - sizeof(*event);
  if (event->type == PERF_RECORD_SAMPLE) {
    std::uint32_t size = 0;
    std::memcpy(&size, bytes, sizeof(size));
    if (size > room - sizeof(size))
      size = static_cast<std::uint32_t>(room - sizeof(size));
    ++to.count;
    to.code = to.deliver(bytes + sizeof(size), size);
  } else if (event->type == PERF_RECORD_LOST) {
    std::uint64_t count = 0;
    std::memcpy(&count, bytes + sizeof(std::uint64_t), sizeof(count)); // behind the event's number
    to.code = to.lost(count);
  }
  return to.code < 0 ? LIBBPF_PERF_EVENT_ERROR : LIBBPF_PERF_EVENT_CONT;
}
} // namespace detail

BPFBUILD_FUNCTION result<void> perf_buffer::open(const map &map, std::size_t pages) {
  perf_event_attr attributes{};
  attributes.size = sizeof(attributes);
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.config = PERF_COUNT_SW_BPF_OUTPUT;
  attributes.sample_type = PERF_SAMPLE_RAW;
  attributes.sample_period = 1;
  attributes.wakeup_events = 1;
  detail::log log;
  native_ = perf_buffer__new_raw(map.fd(), pages, &attributes, detail::receive_event, receiver_, nullptr);
  if (native_ == nullptr)
    return error(step::map, errno, "map '%s': cannot open its buffers: %s", map.name(), log.take());
  return {};
}

BPFBUILD_FUNCTION int perf_buffer::read(int milliseconds, bool waits) noexcept {
  if (native_ == nullptr)
    return -EINVAL; // moved from
  detail::log log;
  receiver_->code = receiver_->count = 0;
  const int code = waits ? perf_buffer__poll(native_, milliseconds) : perf_buffer__consume(native_);
  if (receiver_->code < 0) {
    log.take(); // libbpf's words for what the callback wanted
    return receiver_->code;
  }
  return code >= 0 || (waits && code == -EINTR) ? receiver_->count : code;
}

BPFBUILD_FUNCTION int perf_buffer::read_one(std::size_t &cpu) noexcept {
  const std::size_t count = native_ == nullptr ? 0 : perf_buffer__buffer_cnt(native_);
  for (std::size_t tried = 0; tried < count; ++tried) {
    const std::size_t which = cpu % count;
    cpu = which + 1; // the next one's turn, whether this one has a record or not
    receiver_->code = receiver_->count = 0;
    const int code = perf_buffer__consume_buffer(native_, which);
    if (receiver_->count != 0)
      return receiver_->code == -ECANCELED ? 0 : receiver_->code;
    if (code < 0)
      return code;
  }
  return 0;
}

} // namespace bpfbuild
