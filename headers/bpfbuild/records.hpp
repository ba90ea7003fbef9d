// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// What readers of ring buffers and of perf buffers have in common.
#pragma once

#include <bpfbuild/result.hpp>
#include <cerrno>
#include <cstddef>

namespace bpfbuild::detail {

/// A duration of <chrono>, rounded up to milliseconds; or a number of them. Negative: -1.
template <typename Duration> constexpr auto to_milliseconds(Duration time, int) -> decltype(time.count(), int()) {
  using period = typename Duration::period;
  const auto count = static_cast<long double>(time.count()) * period::num * 1000 / period::den;
  if (count < 0)
    return -1;
  if (count > 0x7fffffff)
    return 0x7fffffff;
  const int whole = static_cast<int>(count);
  return count > whole ? whole + 1 : whole;
}
constexpr int to_milliseconds(int time, long) {
  return time;
}

/// Whether a callback takes the record's size too.
template <typename Callback, typename Record>
constexpr auto takes_size(int)
    -> decltype((*static_cast<Callback *>(nullptr))(*static_cast<const Record *>(nullptr), std::size_t()), true) {
  return true;
}
template <typename Callback, typename Record> constexpr bool takes_size(long) {
  return false;
}

template <typename Callback, typename... Arguments> int call_record(Callback &callback, const Arguments &...arguments) {
  if constexpr (is_void<decltype(callback(arguments...))>) {
    callback(arguments...);
    return 0;
  } else {
    return callback(arguments...);
  }
}

/// Gives the record to the callback: what that returned, or 0 if it returns nothing, or EBADMSG for one that is too
/// short.
template <typename Record, typename Callback>
int deliver_record(Callback &callback, const void *data, std::size_t size) {
  static_assert(__is_trivially_copyable(Record) && alignof(Record) <= 8, "records are read in place");
  if (size < sizeof(Record))
    return -EBADMSG;
  const Record &record = *static_cast<const Record *>(data);
  if constexpr (takes_size<Callback, Record>(0))
    return call_record(callback, record, size);
  else
    return call_record(callback, record);
}

/// The result of reading: how many records, or the error that ended it.
result<int> poll_result(int count, const char *what);

} // namespace bpfbuild::detail

#if !defined(BPFBUILD_COMPILED_RUNTIME)
#include <bpfbuild/impl/records.hpp>
#endif
