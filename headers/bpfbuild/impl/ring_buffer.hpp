// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// The functions of <bpfbuild/ring_buffer.hpp>.
#pragma once

#include <bpfbuild/impl/log.hpp>
#include <bpfbuild/impl/map.hpp>
#include <bpfbuild/impl/records.hpp>
#include <bpfbuild/ring_buffer.hpp>
#include <cerrno>
#include <cstring>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

namespace bpfbuild {

BPFBUILD_FUNCTION int detail::ring_memory::open(int map_fd) noexcept {
  bpf_map_info info{};
  std::uint32_t info_size = sizeof(info);
  if (const int code = bpf_obj_get_info_by_fd(map_fd, &info, &info_size))
    return code;
  if (info.type != BPF_MAP_TYPE_RINGBUF)
    return -EINVAL;
  page_ = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  size_ = info.max_entries;
  void *const reader = ::mmap(nullptr, page_, PROT_READ | PROT_WRITE, MAP_SHARED, map_fd, 0);
  if (reader == MAP_FAILED)
    return -errno;
  reader_ = static_cast<unsigned long *>(reader);
  void *const writers = ::mmap(nullptr, page_ + 2 * size_, PROT_READ, MAP_SHARED, map_fd, static_cast<off_t>(page_));
  if (writers == MAP_FAILED)
    return -errno;
  writers_ = static_cast<unsigned char *>(writers);
  return 0;
}

BPFBUILD_FUNCTION detail::ring_memory::~ring_memory() {
  if (reader_ != nullptr)
    ::munmap(reader_, page_);
  if (writers_ != nullptr)
    ::munmap(writers_, page_ + 2 * size_);
}

BPFBUILD_FUNCTION result<int> ring_buffer::consume() {
  int total = 0;
  for (detail::ring *each = first_; each != nullptr; each = each->next) {
    const int count = each->drain();
    if (count < 0)
      return detail::poll_result(count, "ring buffer");
    total += count;
  }
  return total;
}

BPFBUILD_FUNCTION result<void> ring_buffer::add_ring(int map_fd, detail::ring *added) {
  int code = added->memory.open(map_fd);
  if (code == 0 && epoll_ < 0 && (epoll_ = ::epoll_create1(EPOLL_CLOEXEC)) < 0)
    code = -errno;
  epoll_event event{};
  event.events = EPOLLIN;
  if (code == 0 && ::epoll_ctl(epoll_, EPOLL_CTL_ADD, map_fd, &event) != 0)
    code = -errno;
  if (code != 0) {
    delete added;
    return error(step::map, code, "cannot open the ring buffer");
  }
  detail::ring **last = &first_;
  while (*last != nullptr)
    last = &(*last)->next;
  *last = added;
  return {};
}

BPFBUILD_FUNCTION void ring_buffer::close() noexcept {
  while (first_ != nullptr) {
    detail::ring *const next = first_->next;
    delete first_;
    first_ = next;
  }
  if (epoll_ >= 0)
    ::close(epoll_);
  forget();
}

BPFBUILD_FUNCTION result<int> ring_buffer::wait(int milliseconds) {
  epoll_event event;
  const int ready = ::epoll_wait(epoll_, &event, 1, milliseconds);
  if (ready <= 0)
    return detail::poll_result(ready == 0 || errno == EINTR ? 0 : -errno, "ring buffer");
  return consume();
}

#if BPFBUILD_HAS_LIBBPF(1, 1)
BPFBUILD_FUNCTION user_ring_buffer::~user_ring_buffer() {
  user_ring_buffer__free(native_);
}

BPFBUILD_FUNCTION result<user_ring_buffer> user_ring_buffer_map::open() const {
  user_ring_buffer ring;
  detail::log log;
  ring.native_ = user_ring_buffer__new(fd(), nullptr);
  if (ring.native_ == nullptr)
    return error(step::map, errno, "map '%s': cannot open it for writing: %s", name(), log.take());
  return ring;
}

BPFBUILD_FUNCTION result<void> user_ring_buffer::write(const void *data, std::size_t size) {
  void *const place = user_ring_buffer__reserve(native_, static_cast<std::uint32_t>(size));
  if (place == nullptr)
    return error(errno);
  std::memcpy(place, data, size);
  user_ring_buffer__submit(native_, place);
  return {};
}
#endif

} // namespace bpfbuild
