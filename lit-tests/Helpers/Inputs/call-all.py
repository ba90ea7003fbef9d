"""Prints a program that calls every helper of libbpf's bpf_helper_defs.h with arguments of its types."""
import re

prototypes = re.findall(r"^static (.*?)\(\*\s*(?:const )?(bpf_\w+)\)\((.*?)\) = \(void \*\) ?(?:\(void \*\))?\s*\d+;",
                        open("/usr/include/bpf/bpf_helper_defs.h").read(), re.M)
print('#include <linux/types.h>\n#include <bpf/bpf_helpers.h>\n\nunsigned long long sink;')
for result, name, parameters in prototypes:
    arguments = []
    for number, parameter in enumerate(parameters.split(", ")):
        kind = re.sub(r"\w+$", "", parameter) if parameter != "void" else ""
        if kind and parameter != "...":
            arguments.append(f"({kind.strip()})(long)(sink + {number})" if "*" in kind else f"({kind.strip()})(sink + {number})")
    call = f"{name}({', '.join(arguments)})"
    print(f'\nSEC("xdp") int call_{name}(void *ctx)\n{{')
    print(f"\t{call};" if result.strip() == "void" else f"\tsink = (unsigned long long){call}; // sink(")
    print("\treturn 0;\n}")
