// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Where libbpf's words go, skeleton by skeleton.
#pragma once

#include <bpf/libbpf.h>

namespace bpfbuild {

/// write(context, level, text) is called for each message of libbpf's, a line with its end, in the thread that asked
/// for what it is about. It must not throw.
struct log_sink {
  void (*write)(void *context, libbpf_print_level level, const char *text) = nullptr;
  void *context = nullptr; ///< must live as long as the skeleton
};

} // namespace bpfbuild
