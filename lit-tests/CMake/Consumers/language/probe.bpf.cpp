#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "limits.h"
#include "own.h"
#if BY_FLAGS + BY_CONFIGURATION + BY_FOLDER + BY_EXPRESSION + BY_LIBRARY + BY_ARGUMENT + BY_OPTION + BY_TARGET != 8
#error "something is missing"
#endif
#if defined(FOR_HOST) || defined(FOR_HOST_TOO)
#error "what is for the host"
#endif
#ifdef BY_SOURCE
#error "another source's property"
#endif
namespace more {
int five = OWN;
}
extern "C" SEC("socket") int from_cxx(__sk_buff *) { return more::five; }
