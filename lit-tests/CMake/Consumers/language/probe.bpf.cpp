#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "limits.h"
#include "own.h"
#include "reaches_all.h"
#ifdef BY_SOURCE
#error "another source's property"
#endif
namespace more {
int five = OWN;
}
extern "C" SEC("socket") int from_cxx(__sk_buff *) { return more::five; }
