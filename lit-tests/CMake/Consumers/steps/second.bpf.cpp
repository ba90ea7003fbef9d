#include <linux/bpf.h>
#include "common.h"
int second = COMMON;
