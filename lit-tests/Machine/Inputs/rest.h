// The programs of rest.bpf.c, by what they count in seen[].
#pragma once

enum which { REUSEPORT, SK_LOOKUP, FLOW_DISSECTOR, NETFILTER, UPROBE_MULTI, XSK, REST };
