#include "count_in_c.skel.h"
unsigned entries_in_c(void)
{
	struct count_in_c_bpf *skel = count_in_c_bpf__open();
	unsigned entries = bpf_map__max_entries(skel->maps.counts);
	count_in_c_bpf__destroy(skel);
	return entries;
}
