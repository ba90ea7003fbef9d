// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// The functions of <bpfbuild/ring_buffer.hpp>.
#pragma once

#include <bpfbuild/impl/map.hpp>
#include <bpfbuild/impl/records.hpp>
#include <bpfbuild/ring_buffer.hpp>
#include <cerrno>
#include <cstring>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

namespace bpfbuild {

BPFBUILD_FUNCTION int detail::ring_memory::open(int map_fd, bool writes) noexcept {
  constexpr std::uint32_t user_ring_buffer = 31; // BPF_MAP_TYPE_USER_RINGBUF, which older headers lack
  bpf_map_info info{};
  std::uint32_t info_size = sizeof(info);
  if (const int code = bpf_obj_get_info_by_fd(map_fd, &info, &info_size))
    return code;
  if (info.type != (writes ? user_ring_buffer : std::uint32_t(BPF_MAP_TYPE_RINGBUF)))
    return -EINVAL;
  page_ = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  size_ = info.max_entries;
  // Each side writes its own position; the data is the writer's.
  const int both = PROT_READ | PROT_WRITE;
  void *const reader = ::mmap(nullptr, page_, writes ? PROT_READ : both, MAP_SHARED, map_fd, 0);
  if (reader == MAP_FAILED)
    return -errno;
  reader_ = static_cast<unsigned long *>(reader);
  void *const writers =
      ::mmap(nullptr, page_ + 2 * size_, writes ? both : PROT_READ, MAP_SHARED, map_fd, static_cast<off_t>(page_));
  if (writers == MAP_FAILED)
    return -errno;
  writers_ = static_cast<unsigned char *>(writers);
  return 0;
}

BPFBUILD_FUNCTION const void *detail::ring_memory::next(std::size_t &size) noexcept {
  if (has_given_)
    __atomic_store_n(reader_, behind_, __ATOMIC_RELEASE);
  has_given_ = false;
  for (unsigned long at = *reader_; at < __atomic_load_n(reinterpret_cast<unsigned long *>(writers_), __ATOMIC_ACQUIRE);
       at = behind_) {
    unsigned char *const record = writers_ + page_ + (at & (size_ - 1));
    const std::uint32_t length = __atomic_load_n(reinterpret_cast<std::uint32_t *>(record), __ATOMIC_ACQUIRE);
    if ((length & busy) != 0)
      return nullptr;
    size = length & ~discarded;
    behind_ = at + (size + header_size + 7) / 8 * 8;
    if ((length & discarded) == 0) {
      has_given_ = true;
      return record + header_size;
    }
    __atomic_store_n(reader_, behind_, __ATOMIC_RELEASE);
  }
  return nullptr;
}

BPFBUILD_FUNCTION int detail::ring_memory::write(const void *data, std::size_t size) noexcept {
  if (size >= discarded || size + header_size > size_)
    return E2BIG;
  auto *const writers = reinterpret_cast<unsigned long *>(writers_);
  const unsigned long at = *writers, used = at - __atomic_load_n(reader_, __ATOMIC_ACQUIRE);
  const std::size_t room = (size + header_size + 7) / 8 * 8;
  if (room > size_ - used)
    return ENOSPC;
  unsigned char *const record = writers_ + page_ + (at & (size_ - 1));
  const std::uint32_t header[2] = {static_cast<std::uint32_t>(size), 0};
  std::memcpy(record, header, sizeof(header));
  std::memcpy(record + header_size, data, size);
  __atomic_store_n(writers, at + room, __ATOMIC_RELEASE);
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

BPFBUILD_FUNCTION result<user_ring_buffer> user_ring_buffer_map::open() const {
  user_ring_buffer ring;
  if (const int code = ring.memory_->open(fd(), true))
    return error(step::map, code, "map '%s': cannot open it for writing", name());
  return ring;
}

} // namespace bpfbuild
