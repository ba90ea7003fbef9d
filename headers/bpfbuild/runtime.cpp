// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// The runtime of skeletons as a library: compiled once, with BPFBUILD_COMPILED_RUNTIME defined, here and where
// skeletons are included.
#include <bpfbuild/impl/perf_buffer.hpp>
#include <bpfbuild/impl/ring_buffer.hpp>
#include <bpfbuild/impl/subskeleton.hpp>
