/* What libbpf makes of CO-RE relocations: its own functions, on objects and BTF files, without a kernel.
 *
 *     oracle BTF OBJECT...
 *
 * prints for each relocation the object, section, kind, number in the section, and the instruction's bytes as libbpf leaves them; "refused" where it
 * would not load the object. It is linked with libbpf.a, for what the shared library does not export. */
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libbpf_internal.h"
#include "relo_core.h"

static int no_output(enum libbpf_print_level level, const char *format, va_list arguments)
{
	return 0;
}

static void fail(const char *what, const char *path)
{
	fprintf(stderr, "oracle: %s: %s\n", what, path);
	exit(1);
}

/* The content of a section, to be changed at will. */
static unsigned char *read_section(Elf *elf, const char *wanted, size_t *size)
{
	size_t names;
	elf_getshdrstrndx(elf, &names);
	for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section));) {
		GElf_Shdr header;
		gelf_getshdr(section, &header);
		if (strcmp(elf_strptr(elf, names, header.sh_name), wanted))
			continue;
		Elf_Data *data = elf_rawdata(section, NULL);
		unsigned char *copy = malloc(data->d_size + 16);
		memcpy(copy, data->d_buf, data->d_size);
		*size = data->d_size;
		return copy;
	}
	return NULL;
}

/* bpf_core_resolve_relo(): one list of candidates for each type of the object. */
static struct bpf_core_cand_list *candidates_of(struct bpf_core_cand_list **lists, const struct btf *own, __u32 id, const struct btf *kernel)
{
	const char *name = btf__name_by_offset(own, btf__type_by_id(own, id)->name_off);
	struct bpf_core_cand local = { .btf = own, .id = id };
	if (!name || !*name)
		return NULL;
	if (!lists[id]) {
		lists[id] = calloc(1, sizeof(*lists[id]));
		bpf_core_add_cands(&local, bpf_core_essential_name_len(name), kernel, "vmlinux", 1, lists[id]);
	}
	return lists[id];
}

static int relocate(const struct btf *own, struct bpf_core_cand_list **lists, const struct btf *kernel, const struct bpf_core_relo *relo, int number,
		    struct bpf_insn *code)
{
	struct bpf_core_spec specs[3] = {};
	struct bpf_core_relo_res result;
	struct bpf_core_cand_list none = {}, *list = candidates_of(lists, own, relo->type_id, kernel);
	int error = bpf_core_calc_relo_insn("", relo, number, own, list ? list : &none, specs, &result);
	return error ? error : bpf_core_patch_insn("", code, 0, relo, number, &result);
}

static void go_over(const char *path, const struct btf *kernel)
{
	struct btf_ext *ext = NULL;
	struct btf *own = btf__parse_elf(path, &ext);
	const struct btf_ext_info_sec *section;
	const struct bpf_core_relo *relo;
	int i, file = open(path, O_RDONLY);
	Elf *elf = elf_begin(file, ELF_C_READ, NULL);
	if (libbpf_get_error(own) || !elf)
		fail("not an object with BTF", path);
	btf__set_pointer_size(own, 8);
	struct bpf_core_cand_list **lists = calloc(btf__type_cnt(own), sizeof(*lists));
	if (ext && ext->core_relo_info.len)
		for_each_btf_ext_sec(&ext->core_relo_info, section) {
			const char *name = btf__name_by_offset(own, section->sec_name_off);
			size_t size;
			unsigned char *bytes = read_section(elf, name, &size);
			for_each_btf_ext_rec(&ext->core_relo_info, section, i, relo) {
				struct bpf_insn code[2] = {};
				if (!bytes || relo->insn_off + 8 > size)
					fail("a relocation outside its section", path);
				memcpy(code, bytes + relo->insn_off, relo->insn_off + 16 <= size ? 16 : 8);
				int length = code[0].code == 0x18 ? 16 : 8;
				printf("%s %s %u %d ", path, name, relo->kind, i);
				if (relocate(own, lists, kernel, relo, i, code))
					printf("refused");
				else
					for (int at = 0; at < length; ++at)
						printf("%02x", ((unsigned char *)code)[at]);
				printf("\n");
			}
			free(bytes);
		}
	for (i = 0; i < (int)btf__type_cnt(own); ++i)
		bpf_core_free_cands(lists[i]);
	free(lists);
	elf_end(elf);
	close(file);
	btf_ext__free(ext);
	btf__free(own);
}

int main(int argc, char **argv)
{
	libbpf_set_print(no_output);
	elf_version(EV_CURRENT);
	struct btf *kernel = btf__parse(argv[1], NULL);
	if (libbpf_get_error(kernel))
		fail("no BTF", argv[1]);
	for (int i = 2; i < argc; ++i)
		go_over(argv[i], kernel);
	return 0;
}
