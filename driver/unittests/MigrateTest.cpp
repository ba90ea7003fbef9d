//===- MigrateTest.cpp - edits, diffs, and what the proof finds -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A proof is worth what it refuses: each test here changes one thing that migrating must not change.
//===----------------------------------------------------------------------===//
#include "Compile/Compile.h"
#include "Kernel/SectionNames.h"
#include "Migrate/Proof.h"
#include "Migrate/UnifiedDiff.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gtest/gtest.h"

using namespace bpfbuild;

namespace {

EditedFile fileOf(std::string Text, std::set<TextEdit> Edits) {
  EditedFile File;
  File.Text = std::move(Text);
  File.Edits = std::move(Edits);
  return File;
}

TEST(EditedFile, EditsInOrder) {
  EditedFile File = fileOf("one two three", {{4, 3, "2"}, {0, 3, "1"}, {13, 0, "!"}, {4, 0, "and "}});
  EXPECT_EQ(File.conflict(), std::nullopt);
  EXPECT_EQ(File.edited(), "1 and 2 three!");
}

TEST(EditedFile, Conflicts) {
  EXPECT_EQ(fileOf("one two", {{0, 3, "1"}, {2, 2, ""}}).conflict(), 2u);
  EXPECT_EQ(fileOf("one two", {{4, 0, "a"}, {4, 0, "b"}}).conflict(), 4u);
  EXPECT_EQ(fileOf("one two", {{4, 3, "a"}, {4, 3, "b"}}).conflict(), 4u);
}

TEST(EditedFile, TidiesBlankLines) {
  EditedFile File = fileOf("a\n\nb\n\nc\n\nd\n", {{3, 2, ""}, {6, 2, ""}});
  File.tidyBlankLines();
  EXPECT_EQ(File.edited(), "a\n\nd\n");
  File = fileOf("a\r\n\r\nb\r\n\r\nd\r\n", {{5, 3, ""}});
  File.tidyBlankLines();
  EXPECT_EQ(File.edited(), "a\r\n\r\nd\r\n");
  File = fileOf("a\nb\n\nc\n", {{2, 2, ""}}); // nothing stood before it
  File.tidyBlankLines();
  EXPECT_EQ(File.edited(), "a\n\nc\n");
}

TEST(UnifiedDiff, Hunks) {
  std::string Text;
  for (int I = 1; I <= 20; ++I)
    Text += "line " + std::to_string(I) + "\n";
  auto At = [&](llvm::StringRef Line) { return static_cast<unsigned>(Text.find(Line.str())); };
  EditedFile File = fileOf(Text, {{0, 6, "first"}, {At("line 19"), 7, "nineteen"}, {At("line 6\n"), 7, ""}});
  EXPECT_EQ(unifiedDiff("dir/a.c", File),
            "--- a/dir/a.c\n+++ b/dir/a.c\n@@ -1,9 +1,8 @@\n-line 1\n+first\n line 2\n line 3\n"
            " line 4\n line 5\n-line 6\n line 7\n line 8\n line 9\n@@ -16,5 +15,5 @@\n line 16\n"
            " line 17\n line 18\n-line 19\n+nineteen\n line 20\n");
}

TEST(UnifiedDiff, EndsOfFiles) {
  EXPECT_EQ(unifiedDiff("/a.c", fileOf("a", {{0, 1, "b\n"}})),
            "--- /a.c\n+++ /a.c\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n");
  EXPECT_EQ(unifiedDiff("a.c", fileOf("a\n", {{2, 0, "b\n"}})), "--- a/a.c\n+++ b/a.c\n@@ -1 +1,2 @@\n a\n+b\n");
  EXPECT_EQ(unifiedDiff("a.c", fileOf("a\n", {{0, 1, "a"}})), "");
}

TEST(SectionNames, BeforeLibbpf1) {
  EXPECT_EQ(currentSectionName("xdp_drop"), "xdp");
  EXPECT_EQ(currentSectionName("xdp_devmap/egress"), "xdp/devmap");
  EXPECT_EQ(currentSectionName("xdp/devmap"), "");
  EXPECT_EQ(currentSectionName("classifier"), "tc");
  EXPECT_EQ(currentSectionName("cgroup/sock_create2"), "cgroup/sock_create");
  EXPECT_EQ(currentSectionName("kprobe/do_unlinkat"), "");
  EXPECT_EQ(currentSectionName("filter"), "");
}

//===----------------------------------------------------------------------===//
// The proof
//===----------------------------------------------------------------------===//

/// A source with one of everything, in the form before BTF.
constexpr llvm::StringLiteral Old = R"(
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
struct bpf_elf_map { __u32 type, size_key, size_value, max_elem, flags, id, pinning, inner_id, inner_idx; };
struct bpf_elf_map SEC("maps") counts = { .type = BPF_MAP_TYPE_HASH, .size_key = 4, .size_value = 8, .max_elem = 16, .flags = 1, .pinning = 2 };
struct bpf_elf_map SEC("maps") jumps = { .type = BPF_MAP_TYPE_PROG_ARRAY, .size_key = 4, .size_value = 4, .max_elem = 2, .id = 7 };
struct bpf_elf_map SEC("maps") inner = { .type = BPF_MAP_TYPE_ARRAY, .size_key = 4, .size_value = 8, .max_elem = 3, .id = 8 };
struct bpf_elf_map SEC("maps") outer = { .type = BPF_MAP_TYPE_ARRAY_OF_MAPS, .size_key = 4, .size_value = 4, .max_elem = 2, .inner_id = 8 };
struct bpf_elf_map SEC("maps") stays = { .type = BPF_MAP_TYPE_HASH, .size_key = 4, .size_value = 8, .max_elem = 9 };
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(key_size, 4); __uint(value_size, 8); __uint(max_entries, 10); } today SEC(".maps");
int limit = 5;
SEC("7/1") int leaf(struct xdp_md *ctx) { return XDP_DROP; }
SEC("xdp_entry") int entry(struct xdp_md *ctx) { __u32 key = 0; bpf_tail_call(ctx, &jumps, 1); return bpf_map_lookup_elem(&counts, &key) ? limit : 2; }
)";

/// The same, as `bpfbuild migrate` writes it.
constexpr llvm::StringLiteral New = R"(
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
int leaf(struct xdp_md *ctx);
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(key_size, 4); __uint(value_size, 8); __uint(max_entries, 16); __uint(map_flags, 1); __uint(pinning, LIBBPF_PIN_BY_NAME); } counts SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(key_size, 4); __uint(value_size, 4); __uint(max_entries, 2); __array(values, int (void *)); } jumps SEC(".maps") = { .values = { [1] = (void *)&leaf } };
struct inner_def { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(key_size, 4); __uint(value_size, 8); __uint(max_entries, 3); } inner SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(key_size, 4); __uint(value_size, 4); __uint(max_entries, 2); __array(values, struct inner_def); } outer SEC(".maps") = { .values = { [0] = (void *)&inner } };
struct bpf_elf_map { __u32 type, size_key, size_value, max_elem, flags, id, pinning, inner_id, inner_idx; };
struct bpf_elf_map SEC("maps") stays = { .type = BPF_MAP_TYPE_HASH, .size_key = 4, .size_value = 8, .max_elem = 9 };
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(key_size, 4); __uint(value_size, 8); __uint(max_entries, 10); } today SEC(".maps");
int limit = 5;
SEC("xdp") int leaf(struct xdp_md *ctx) { return XDP_DROP; }
SEC("xdp") int entry(struct xdp_md *ctx) { __u32 key = 0; bpf_tail_call(ctx, &jumps, 1); return bpf_map_lookup_elem(&counts, &key) ? limit : 2; }
)";

class Proof : public ::testing::Test {
protected:
  /// The object of a source; \p Found gets what is old in it.
  std::string compile(llvm::StringRef Text, Migration &Found) {
    llvm::SmallString<128> Path;
    EXPECT_FALSE(llvm::sys::fs::createTemporaryFile("proof", "bpf.c", Path));
    std::error_code Code;
    llvm::raw_fd_ostream(Path, Code) << Text;
    CompileOptions Options;
    Options.ClangArgs = {"-w"};
    Options.TargetArch = hostArch();
    Options.Vmlinux = "none";
    Options.LoadedBy = Loader::Iproute2;
    StageTimes Times;
    SaidOnce Said;
    Compiler Compile(Options, "bpfcc++", Times, Said);
    llvm::Expected<std::string> Bytes = Compile.migrate({Path.str().str(), "c"}, {}, Found);
    EXPECT_TRUE(bool(Bytes)) << llvm::toString(Bytes.takeError());
    llvm::sys::fs::remove(Path);
    return Bytes ? *Bytes : "";
  }

  /// What the proof says of New with \p From written as \p To, a line each.
  std::string differences(llvm::StringRef From = "", llvm::StringRef To = "", bool IsModernised = false) {
    std::string Changed = New.str();
    if (!From.empty()) {
      size_t At = Changed.find(From);
      EXPECT_NE(At, std::string::npos) << From.str();
      Changed.replace(At, From.size(), To);
    }
    Migration Found, None;
    std::string Before = compile(Old, Found), After = compile(Changed, None);
    llvm::Expected<BPFObject> BeforeObject = BPFObject::parse(Before, "old"),
                              AfterObject = BPFObject::parse(After, "new");
    EXPECT_TRUE(BeforeObject && AfterObject);
    llvm::Expected<std::vector<Difference>> Result = compareObjects(*BeforeObject, *AfterObject, Found, {IsModernised});
    EXPECT_TRUE(bool(Result));
    std::string Text;
    for (const Difference &D : *Result)
      Text += D.Text + "\n";
    return Text;
  }
};

TEST_F(Proof, Holds) {
  EXPECT_EQ(differences(), "");
}

TEST_F(Proof, RefusesOtherMaps) {
  EXPECT_EQ(differences("BPF_MAP_TYPE_HASH", "BPF_MAP_TYPE_LRU_HASH"), "map 'counts': type 1 became 9\n");
  EXPECT_EQ(differences("key_size, 4", "key_size, 8"), "map 'counts': key size 4 became 8\n");
  EXPECT_EQ(differences("value_size, 8", "value_size, 16"), "map 'counts': value size 8 became 16\n");
  EXPECT_EQ(differences("max_entries, 16", "max_entries, 17"), "map 'counts': number of entries 16 became 17\n");
  EXPECT_EQ(differences("__uint(map_flags, 1);", ""), "map 'counts': flags 1 became 0\n");
  EXPECT_EQ(differences("__uint(map_flags, 1);", "__uint(map_flags, 1); __uint(numa_node, 1);"),
            "map 'counts': NUMA node 0 became 1\n");
  EXPECT_EQ(differences("__uint(pinning, LIBBPF_PIN_BY_NAME);", ""), "map 'counts': it was pinned and is not pinned\n");
}

TEST_F(Proof, RefusesOtherValues) {
  EXPECT_EQ(differences("[1] = (void *)&leaf", "[0] = (void *)&leaf"),
            "map 'jumps': slot 1 had 'leaf' and has ''\nmap 'jumps': slot 0 had nothing and has 'leaf'\n");
  EXPECT_EQ(differences("[1] = (void *)&leaf", ""), "map 'jumps': slot 1 had 'leaf' and has ''\n");
  EXPECT_EQ(differences(" = { .values = { [0] = (void *)&inner } }", ""),
            "map 'outer': slot 0 had 'inner' and has ''\n");
  EXPECT_EQ(differences("__array(values, struct inner_def)",
                        "__array(values, struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(key_size, 4); "
                        "__uint(value_size, 8); __uint(max_entries, 4); })"),
            "map 'outer', what it holds: number of entries 3 became 4\n");
}

TEST_F(Proof, RefusesMapsThatWereNotMigrated) {
  EXPECT_EQ(differences(".max_elem = 9", ".max_elem = 8"), "map 'stays' is not what it was\n");
  EXPECT_EQ(differences("max_entries, 10", "max_entries, 11"), "map 'today' is not what it was\n");
  EXPECT_EQ(differences("[0] = (void *)&inner", "[0] = (void *)&counts"),
            "map 'outer': slot 0 had 'inner' and has 'counts'\n");
}

TEST_F(Proof, RefusesMapsThatAreGone) {
  EXPECT_EQ(differences("} counts SEC(\".maps\")", "} counts SEC(\".data\")").substr(0, 21), "map 'counts' is gone\n");
}

TEST_F(Proof, RefusesOtherPrograms) {
  EXPECT_EQ(differences("return XDP_DROP", "return XDP_PASS"),
            "function 'leaf' has other instructions, from line 12 on\n");
  EXPECT_EQ(differences("bpf_map_lookup_elem(&counts", "bpf_map_lookup_elem(&inner"),
            "function 'entry' has other instructions, from line 13 on\n");
  EXPECT_EQ(differences("SEC(\"xdp\") int entry", "SEC(\"xdp.frags\") int entry"),
            "program 'entry' was in section 'xdp_entry' and is in 'xdp.frags'\n");
  EXPECT_EQ(differences("SEC(\"xdp\") int entry(",
                        "SEC(\"xdp\") int other(struct xdp_md *ctx) { return 1; } SEC(\"xdp\") int entry("),
            "function 'other' is new\n");
  EXPECT_EQ(differences("int limit = 5", "int limit = 6"), "section '.data' is not what it was\n");
}

TEST_F(Proof, ModernisedProgramsCallTheSameHelpers) {
  EXPECT_EQ(differences("return XDP_DROP", "return XDP_PASS", true), "");
  EXPECT_EQ(differences("return XDP_DROP", "return bpf_ktime_get_ns()", true), "function 'leaf' calls other helpers\n");
}

} // namespace
