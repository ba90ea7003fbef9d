/* What libbpf makes of split BTF: btf__distill_base() and btf__relocate().
 *
 *     split-oracle OLD-BASE MODULE NEW-BASE OUT     writes the raw BTF of the module over the new base; "refused" if libbpf does not
 *     split-oracle FILE NEW-BASE OUT                the same of an ELF file with .BTF.base
 */
#include <stdio.h>
#include <stdlib.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

static int no_output(enum libbpf_print_level level, const char *format, va_list arguments)
{
	return 0;
}

static struct btf *check(struct btf *btf, const char *what)
{
	if (!libbpf_get_error(btf))
		return btf;
	printf("cannot read %s\n", what);
	exit(1);
}

int main(int argc, char **argv)
{
	struct btf *base, *split;
	const char *new_base = argv[argc - 2];
	libbpf_set_print(no_output);
	if (argc == 5) {
		struct btf *module = check(btf__parse_split(argv[2], check(btf__parse(argv[1], NULL), argv[1])), argv[2]);
		if (btf__distill_base(module, &base, &split))
			return puts("refused to distill"), 0;
	} else {
		split = check(btf__parse_elf(argv[1], NULL), argv[1]);
	}
	if (btf__relocate(split, check(btf__parse(new_base, NULL), new_base)))
		return puts("refused"), 0;
	__u32 size;
	const void *data = btf__raw_data(split, &size);
	FILE *out = fopen(argv[argc - 1], "w");
	fwrite(data, 1, size, out);
	fclose(out);
	puts("relocated");
	return 0;
}
