// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// The functions of <bpfbuild/records.hpp>.
#pragma once

#include <bpfbuild/impl/result.hpp>
#include <bpfbuild/records.hpp>
#include <cerrno>

namespace bpfbuild::detail {

BPFBUILD_FUNCTION result<int> poll_result(int count, const char *what) {
  if (count >= 0)
    return count;
  if (count == -EBADMSG)
    return error(step::map, count, "%s: a record is shorter than the struct it is read as", what);
  return error(step::map, count, "%s", what);
}

} // namespace bpfbuild::detail
