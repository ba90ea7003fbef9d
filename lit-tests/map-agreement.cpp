// Asks the running kernel for many maps, and the rule table about the same: prints every answer in which they differ.
//
//     map-agreement sizes    sizes, max_entries, flags and map_extra of every map type
//     map-agreement types    BTF types of keys and values
//     map-agreement fields   locks, timers, kptrs and other special fields in values
//
// A map is closed as soon as it is there, and no request is made that would take more than some MiB. A sockmap with
// more than INT_MAX entries is never asked for: Linux 6.18 makes it, and oopses when it is freed.
#include "BTF/BTFFile.h"
#include "BTF/Builder.h"
#include "Kernel/MapRules.h"
#include "Kernel/SpecialFields.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cerrno>
#include <fstream>
#include <functional>
#include <linux/bpf.h>
#include <map>
#include <set>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

using namespace bpfbuild;
using btf::Builder;
using btf::Kind;

using M = MapType;

//===----------------------------------------------------------------------===//
// The kernel
//===----------------------------------------------------------------------===//

static int callBPF(bpf_cmd Command, bpf_attr &Attributes) {
  long Result = syscall(SYS_bpf, Command, &Attributes, sizeof(Attributes));
  return Result < 0 ? -errno : static_cast<int>(Result);
}

/// A file descriptor that closes itself; negative: an errno.
class Descriptor {
public:
  explicit Descriptor(int Number) : Number(Number) {}
  Descriptor(const Descriptor &) = delete;
  ~Descriptor() {
    if (Number >= 0)
      close(Number);
  }
  int number() const { return Number; }
  int error() const { return Number < 0 ? -Number : 0; }

private:
  int Number;
};

static int loadBTF(const std::string &Bytes) {
  bpf_attr Attributes{};
  Attributes.btf = reinterpret_cast<uintptr_t>(Bytes.data());
  Attributes.btf_size = static_cast<uint32_t>(Bytes.size());
  return callBPF(BPF_BTF_LOAD, Attributes);
}

/// File descriptors that a request may need.
struct Loaded {
  int BTF = 0, Inner = 0;
  uint32_t KernelType = 0;
};

static int createMap(const MapRequest &R, const Loaded &Files) {
  bpf_attr Attributes{};
  Attributes.map_type = static_cast<uint32_t>(R.Type);
  Attributes.key_size = static_cast<uint32_t>(R.KeySize);
  Attributes.value_size = static_cast<uint32_t>(R.ValueSize);
  Attributes.max_entries = static_cast<uint32_t>(R.MaxEntries);
  Attributes.map_flags = static_cast<uint32_t>(R.Flags);
  Attributes.map_extra = R.Extra;
  Attributes.inner_map_fd = R.HasInnerMap ? static_cast<uint32_t>(Files.Inner) : 0;
  Attributes.btf_fd = static_cast<uint32_t>(Files.BTF);
  Attributes.btf_key_type_id = R.KeyType;
  Attributes.btf_value_type_id = R.ValueType;
  Attributes.btf_vmlinux_value_type_id = R.KernelValueSize ? Files.KernelType : 0;
  return callBPF(BPF_MAP_CREATE, Attributes);
}

/// This machine's parameters. A kernel that is newer than all rules is judged by the newest.
static Machine thisMachine() {
  Machine Result;
  utsname Name{};
  if (uname(&Name) == 0)
    Result.Kernel = std::min(KernelVersion::parse(Name.release).value_or(NewestKernel), NewestKernel);
  auto Read = [](const char *Path, uint64_t Otherwise) {
    uint64_t Number;
    return std::ifstream(Path) >> Number ? Number : Otherwise;
  };
  Result.PageSize = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  Result.MaxCpus = Read("/sys/devices/system/cpu/kernel_max", 255) + 1;
  Result.MaxStackDepth = Read("/proc/sys/kernel/perf_event_max_stack", 127);
  return Result;
}

//===----------------------------------------------------------------------===//
// Comparing
//===----------------------------------------------------------------------===//

namespace {
class Comparison {
public:
  explicit Comparison(Machine Here) : Here(Here) {}

  void compare(const MapRequest &R, const Loaded &Files, llvm::StringRef What = "") {
    ++Requests;
    Descriptor Map(createMap(R, Files));
    report(Map.error(), judge(R, Here),
           llvm::formatv("{0} key {1} value {2} max_entries {3} flags {4:x} map_extra {5} {6}", mapTypeName(R.Type),
                         R.KeySize, R.ValueSize, R.MaxEntries, R.Flags, R.Extra, What));
  }

  void report(int Kernels, int Ours, const std::string &What) {
    if (Kernels == Ours)
      return;
    if (++Differences <= 400)
      llvm::outs() << What << ": kernel " << Kernels << ", rules " << Ours << '\n';
  }

  void count() { ++Requests; }

  int finish(llvm::StringRef Name) const {
    llvm::outs() << Name << ": " << Requests << " requests, " << Differences << " differ\n";
    return Differences ? 1 : 0;
  }

  const Machine Here;

private:
  size_t Requests = 0, Differences = 0;
};
} // namespace

/// The smallest request of the type that is accepted.
static MapRequest baseOf(MapType Type) {
  static const std::map<MapType, MapRequest> Others = {
      {M::StackTrace, {M::StackTrace, 4, 8, 1, 0}},
      {M::LpmTrie, {M::LpmTrie, 8, 4, 1, BPF_F_NO_PREALLOC}},
      {M::CgroupStorage, {M::CgroupStorage, 8, 4, 0, 0}},
      {M::PercpuCgroupStorage, {M::PercpuCgroupStorage, 8, 4, 0, 0}},
      {M::Queue, {M::Queue, 0, 4, 1, 0}},
      {M::Stack, {M::Stack, 0, 4, 1, 0}},
      {M::BloomFilter, {M::BloomFilter, 0, 4, 1, 0}},
      {M::Ringbuf, {M::Ringbuf, 0, 0, 65536, 0}},
      {M::UserRingbuf, {M::UserRingbuf, 0, 0, 65536, 0}},
      {M::Arena, {M::Arena, 0, 0, 1, BPF_F_MMAPABLE}},
      {M::SkStorage, {M::SkStorage, 4, 4, 0, BPF_F_NO_PREALLOC}},
      {M::InodeStorage, {M::InodeStorage, 4, 4, 0, BPF_F_NO_PREALLOC}},
      {M::TaskStorage, {M::TaskStorage, 4, 4, 0, BPF_F_NO_PREALLOC}},
      {M::CgrpStorage, {M::CgrpStorage, 4, 4, 0, BPF_F_NO_PREALLOC}},
  };
  auto It = Others.find(Type);
  MapRequest Result = It == Others.end() ? MapRequest{Type, 4, 4, 1, 0} : It->second;
  Result.HasInnerMap = MapsOfMaps.contains(Type);
  return Result;
}

//===----------------------------------------------------------------------===//
// Sizes, entries, flags
//===----------------------------------------------------------------------===//

namespace {
class SizeGrid {
public:
  explicit SizeGrid(Comparison &Compare);
  void run();

private:
  void runType(MapType Type);
  void ask(MapRequest R);
  bool isSafe(const MapRequest &R) const;
  uint32_t typeOfSize(uint64_t Size) const;

  Comparison &Compare;
  std::vector<uint64_t> Keys, Values, Entries, KeySweep, ValueSweep, EntrySweep;
  std::string Bytes;
  std::optional<btf::BTF> Types;
  std::map<uint64_t, uint32_t> TypeOfSize;
  Loaded Files;
  uint64_t KernelValueSize = 0;
  std::set<std::vector<uint64_t>> Asked;
};
} // namespace

static std::vector<uint64_t> range(uint64_t First, uint64_t Last, std::initializer_list<uint64_t> More) {
  std::vector<uint64_t> Result;
  for (uint64_t N = First; N <= Last; ++N)
    Result.push_back(N);
  Result.insert(Result.end(), More);
  return Result;
}

SizeGrid::SizeGrid(Comparison &Compare)
    : Compare(Compare), Keys({0, 1, 2, 3, 4, 5, 6, 8, 12, 16, 20}), Values({0, 1, 2, 3, 4, 5, 7, 8, 12, 16, 24, 32}),
      Entries({0, 1, 2, 3, 4096}),
      KeySweep(
          range(0, 32, {48,      63,         64,        65,  127, 128,  129,  255,   256,   259,     260,
                        261,     264,        511,       512, 513, 1024, 4096, 65535, 65536, 1 << 20, (1 << 22) - 64,
                        1 << 22, 0x80000000, 0xffffffff})),
      ValueSweep(range(0, 40,
                       {48,
                        56,
                        64,
                        96,
                        128,
                        256,
                        512,
                        1008,
                        1016,
                        1024,
                        4064,
                        4096,
                        32760,
                        32761,
                        32768,
                        32769,
                        65400,
                        65407,
                        65408,
                        65535,
                        65536,
                        1 << 20,
                        (1 << 22) - 280,
                        (1 << 22) - 279,
                        (1 << 22) - 64,
                        1 << 22,
                        (1 << 22) + 8,
                        0x80000000,
                        0xffffffff})),
      EntrySweep(range(0, 9, {16,         64,         255,        256,        257,       1000,
                              4095,       4096,       4097,       5000,       8192,      12288,
                              16384,      65536,      131072,     262144,     1 << 20,   (1 << 20) + 1,
                              0x40000000, 0x7fffffff, 0x80000000, 0x80000001, 0xffffffff})) {
  Builder B;
  uint32_t Byte = B.addInt("u8", 1), Index = B.addInt("u32", 4);
  TypeOfSize = {{1, Byte}, {4, Index}, {8, B.addInt("u64", 8)}};
  for (const std::vector<uint64_t> &Sizes : {Keys, Values, KeySweep, ValueSweep})
    for (uint64_t Size : Sizes)
      if (Size && Size <= 1 << 22 && !TypeOfSize.count(Size))
        TypeOfSize[Size] = B.addArray(Byte, Index, static_cast<uint32_t>(Size));
  Bytes = B.finish();
  Types = llvm::cantFail(btf::BTF::parse(Bytes, "grid"));
  Files.BTF = loadBTF(Bytes);
  Files.Inner = createMap(baseOf(M::Array), {});
  btf::BTFFile Kernel = llvm::cantFail(btf::BTFFile::open("/sys/kernel/btf/vmlinux"));
  Files.KernelType = Kernel.types().find("bpf_struct_ops_tcp_congestion_ops", Kind::Struct);
  KernelValueSize = Kernel.types().type(Files.KernelType).Size;
}

uint32_t SizeGrid::typeOfSize(uint64_t Size) const {
  auto It = TypeOfSize.find(Size);
  return Size == 0 ? 0 : It == TypeOfSize.end() ? TypeOfSize.at(1) : It->second;
}

/// Neither memory without end, nor what crashes a kernel.
bool SizeGrid::isSafe(const MapRequest &R) const {
  constexpr MapTypeSet Tables{M::Hash,       M::PercpuHash,  M::LruHash,    M::LruPercpuHash,
                              M::HashOfMaps, M::PercpuArray, M::StackTrace, M::PercpuCgroupStorage};
  constexpr MapTypeSet Cheap{M::LpmTrie,     M::Cpumap,     M::Arena,     M::CgroupStorage, M::PercpuCgroupStorage,
                             M::StructOps,   M::Unspec,     M::InsnArray, M::SkStorage,     M::InodeStorage,
                             M::TaskStorage, M::CgrpStorage};
  constexpr MapTypeSet Lazy{M::LpmTrie, M::Arena, M::Cpumap, M::Ringbuf, M::UserRingbuf};
  if (R.MaxEntries >= 1 << 30) {
    bool IsRingbuf = R.Type == M::Ringbuf || R.Type == M::UserRingbuf;
    return Cheap.contains(R.Type) || (IsRingbuf && R.MaxEntries % 2) ||
           (Tables.contains(R.Type) && R.Type != M::PercpuArray && R.MaxEntries > uint64_t(1) << 31);
  }
  if (R.MaxEntries > 1 << 20)
    return R.Type == M::LpmTrie || R.Type == M::Arena;
  if (Tables.contains(R.Type) && R.MaxEntries > (R.Type == M::Hash ? 65536 : 4097))
    return false;
  auto Bytes = [](uint64_t Size) { return Size < 1 << 24 ? Size : 0; };
  return Lazy.contains(R.Type) ||
         R.MaxEntries * (std::max<uint64_t>(Bytes(R.ValueSize), 8) + Bytes(R.KeySize)) <= 16 << 20;
}

void SizeGrid::ask(MapRequest R) {
  bool IsNew = Asked
                   .insert({uint64_t(R.Type), R.KeySize, R.ValueSize, R.MaxEntries, R.Flags, R.Extra, R.HasInnerMap,
                            R.KeyType, R.ValueType, R.KernelValueSize})
                   .second;
  if (IsNew && isSafe(R))
    Compare.compare(R, Files);
}

void SizeGrid::runType(MapType Type) {
  MapRequest Base = baseOf(Type);
  if (Type == M::StructOps)
    Base.KernelValueSize = Base.ValueSize = KernelValueSize;
  bool IsTyped = LocalStorages.contains(Type),
       IsPercpu = MapTypeSet(M::PercpuHash, M::LruPercpuHash, M::PercpuArray).contains(Type);
  auto Ask = [&](MapRequest R) {
    R.Types = &*Types;
    if (IsTyped) {
      R.KeyType = typeOfSize(R.KeySize);
      R.ValueType = typeOfSize(R.ValueSize);
    }
    ask(R);
  };
  auto With = [&](auto Member, uint64_t Value) {
    MapRequest R = Base;
    R.*Member = Value;
    Ask(R);
  };
  for (uint64_t Key : Keys)
    for (uint64_t Value : Values)
      for (uint64_t Count : Entries) {
        MapRequest R = Base;
        R.KeySize = Key;
        R.ValueSize = Value;
        R.MaxEntries = IsPercpu && Count > 64 ? 64 : Count;
        Ask(R);
      }
  for (uint64_t Key : KeySweep)
    With(&MapRequest::KeySize, Key);
  for (uint64_t Value : ValueSweep)
    With(&MapRequest::ValueSize, Value);
  for (uint64_t Count : EntrySweep)
    With(&MapRequest::MaxEntries, Count);
  With(&MapRequest::Flags, 0);
  for (unsigned Bit = 0; Bit < 32; ++Bit)
    for (unsigned Other = Bit; Other < (Bit < 20 ? 20 : Bit + 1); ++Other)
      for (uint64_t Already : {uint64_t(0), Base.Flags})
        With(&MapRequest::Flags, Already | uint64_t(1) << Bit | uint64_t(1) << Other);
  for (uint64_t Flag : {BPF_F_NO_PREALLOC, BPF_F_NO_COMMON_LRU, BPF_F_STACK_BUILD_ID, BPF_F_MMAPABLE, BPF_F_INNER_MAP,
                        BPF_F_PRESERVE_ELEMS, BPF_F_RDONLY_PROG, BPF_F_CLONE})
    for (uint64_t Value : {4, 8, 16, 32, 64, 4064, 4096})
      for (uint64_t Count : {0, 1, 2}) {
        MapRequest R = Base;
        R.Flags |= Flag;
        R.ValueSize = Value;
        R.MaxEntries = Count;
        Ask(R);
      }
  for (uint64_t Extra :
       {uint64_t(1), uint64_t(5), uint64_t(15), uint64_t(16), uint64_t(255), uint64_t(4096), uint64_t(1) << 36,
        (uint64_t(1) << 36) + 1, uint64_t(1) << 32, uint64_t(0xfffff000), uint64_t(0xffffe000), uint64_t(1) << 63})
    for (uint64_t Count : {uint64_t(1), uint64_t(2), uint64_t(1) << 20}) {
      MapRequest R = Base;
      R.Extra = Extra;
      R.MaxEntries = Type == M::Arena ? Count : Base.MaxEntries;
      Ask(R);
    }
  // Without what the type needs besides.
  IsTyped = false;
  for (uint64_t Key : {0, 4, 8})
    for (uint64_t Value : {0, 4, 8})
      for (uint64_t Count : {0, 1}) {
        MapRequest R = Base;
        R.KeySize = Key;
        R.ValueSize = Value;
        R.MaxEntries = Count;
        R.HasInnerMap = false;
        R.KernelValueSize = 0;
        Ask(R);
      }
}

void SizeGrid::run() {
  for (uint32_t Number = 0; Number <= static_cast<uint32_t>(M::InsnArray); ++Number)
    runType(static_cast<MapType>(Number));
}

//===----------------------------------------------------------------------===//
// Types of keys and values
//===----------------------------------------------------------------------===//

/// Types of \p Size bytes of all kinds, and some that have no or another size, by what they are.
/// Kinds that \p Kernel cannot load are left out.
static std::map<std::string, uint32_t> kindsOfSize(Builder &B, uint32_t Size, KernelVersion Kernel) {
  std::string Suffix = std::to_string(Size);
  uint32_t Byte = B.addInt("u8_" + Suffix, 1), Word = B.addInt("u32_" + Suffix, 4), Long = B.addInt("u64_" + Suffix, 8);
  std::map<std::string, uint32_t> Result = {{"none", 0}, {"bad id", 0xfffff}};
  if (Size == 1 || Size == 2 || Size == 4 || Size == 8) {
    uint32_t Int = Result["int"] = B.addInt("n" + Suffix, Size);
    Result["signed"] = B.addInt("s" + Suffix, Size, 1);
    Result["bool"] = B.addInt("b" + Suffix, Size, 4);
    Result["fewer bits"] = B.addInt("f" + Suffix, Size, 0, Size * 8 - 1);
    Result["enum"] = B.addEnum(Kind::Enum, "e" + Suffix, Size, {{"E" + Suffix, 1}});
    Result["typedef"] = B.addReference(Kind::Typedef, Int, "t" + Suffix);
    uint32_t Const = Result["const"] = B.addReference(Kind::Const, Int);
    Result["volatile"] = B.addReference(Kind::Volatile, Int);
    Result["typedef const"] = B.addReference(Kind::Typedef, Const, "tc" + Suffix);
    if (Kernel >= KernelVersion{5, 17})
      Result["type tag"] = B.addReference(Kind::TypeTag, Int, "tag" + Suffix);
  }
  if ((Size == 4 || Size == 8) && Kernel >= KernelVersion{5, 13})
    Result["float"] = B.addFloat("fl" + Suffix, Size);
  if (Size == 8) {
    Result["pointer"] = B.addReference(Kind::Ptr, Word);
    if (Kernel >= KernelVersion{6, 0})
      Result["enum64"] = B.addEnum(Kind::Enum64, "e64", 8, {{"E64", 1}});
  }
  if (Size) {
    uint32_t Array = Result["array"] = B.addArray(Byte, Word, Size);
    uint32_t Struct = Result["struct"] = B.addRecord(Kind::Struct, "st" + Suffix, Size, {{"a", Array, 0}});
    Result["struct without members"] = B.addRecord(Kind::Struct, "se" + Suffix, Size, {});
    Result["union"] = B.addRecord(Kind::Union, "un" + Suffix, Size, {{"a", Array, 0}});
    Result["typedef struct"] = B.addReference(Kind::Typedef, Struct, "ts" + Suffix);
    uint32_t Variable = Result["variable"] = B.addVariable("v" + Suffix, Array);
    Result["section"] = B.addSection(".s" + Suffix, Size, {{Variable, 0, Size}});
  }
  if (Size >= 5)
    Result["prefix and data"] = B.addRecord(Kind::Struct, "lpm" + Suffix, Size,
                                            {{"prefixlen", Word, 0}, {"data", B.addArray(Byte, Word, Size - 4), 32}});
  if (Size == 16) {
    Result["cgroup key"] = B.addRecord(Kind::Struct, "ck", 16, {{"inode", Long, 0}, {"attach", Word, 64}});
    Result["cgroup key, swapped"] = B.addRecord(Kind::Struct, "cs", 16, {{"attach", Word, 0}, {"inode", Long, 64}});
    uint32_t Alias = B.addReference(Kind::Typedef, Long, "inode_t");
    Result["cgroup key, typedef"] = B.addRecord(Kind::Struct, "ct", 16, {{"inode", Alias, 0}, {"attach", Word, 64}});
    Result["cgroup key, three"] =
        B.addRecord(Kind::Struct, "c3", 16, {{"inode", Long, 0}, {"attach", Word, 64}, {"more", Word, 96}});
  }
  Result["other size"] = B.addRecord(Kind::Struct, "wr" + Suffix, Size + 8, {{"a", Long, 0}});
  Result["forward"] = B.addForward("fw" + Suffix);
  uint32_t Prototype = Result["prototype"] = B.addPrototype(0, {});
  Result["pointer to prototype"] = B.addReference(Kind::Ptr, Prototype);
  return Result;
}

static void runTypes(Comparison &Compare) {
  Descriptor Inner(createMap(baseOf(M::Array), {}));
  for (uint32_t Number = 1; Number < static_cast<uint32_t>(M::InsnArray); ++Number) {
    MapRequest Base = baseOf(static_cast<MapType>(Number));
    if (Base.Type == M::StructOps)
      continue;
    std::set<std::vector<uint64_t>> Shapes = {{Base.KeySize, Base.ValueSize, Base.MaxEntries}};
    for (uint64_t Key : {2, 4, 8, 16})
      for (uint64_t Value : {4, 8})
        for (uint64_t Count : {1, 2}) {
          MapRequest R = Base;
          R.KeySize = Base.KeySize ? Key : 0;
          R.ValueSize = Value;
          R.MaxEntries = Base.MaxEntries ? Count : 0;
          bool CountMatters = R.Type == M::Array || R.Type == M::PercpuArray;
          if (Count != 1 && !CountMatters)
            continue;
          if (LocalStorages.contains(R.Type) ? Key == 4 : judge(R, Compare.Here) == 0)
            Shapes.insert({R.KeySize, R.ValueSize, R.MaxEntries});
        }
    for (const std::vector<uint64_t> &Shape : Shapes) {
      Builder B;
      std::map<std::string, uint32_t> KeyKinds = kindsOfSize(B, static_cast<uint32_t>(Shape[0]), Compare.Here.Kernel);
      std::map<std::string, uint32_t> ValueKinds =
          Shape[0] == Shape[1] ? KeyKinds : kindsOfSize(B, static_cast<uint32_t>(Shape[1]), Compare.Here.Kernel);
      std::string Bytes = B.finish();
      btf::BTF Types = llvm::cantFail(btf::BTF::parse(Bytes, "grid"));
      Descriptor File(loadBTF(Bytes));
      if (File.error())
        llvm::report_fatal_error("the kernel does not load the grid's types");
      auto Ask = [&](const std::string &Key, const std::string &Value) {
        MapRequest R = Base;
        R.KeySize = Shape[0];
        R.ValueSize = Shape[1];
        R.MaxEntries = Shape[2];
        R.Types = &Types;
        R.KeyType = KeyKinds.at(Key);
        R.ValueType = ValueKinds.at(Value);
        Compare.compare(R, {File.number(), Inner.number()}, "key " + Key + ", value " + Value);
      };
      // Every key with a good value, every value with a good key and with none.
      std::string GoodKey = Base.Type == M::LpmTrie                          ? "prefix and data"
                            : Shape[0] == 16 && KeyKinds.count("cgroup key") ? "cgroup key"
                            : KeyKinds.count("int")                          ? "int"
                            : KeyKinds.count("struct")                       ? "struct"
                                                                             : "none";
      std::string GoodValue = ValueKinds.count("int") ? "int" : ValueKinds.count("struct") ? "struct" : "none";
      for (const auto &[Key, Id] : KeyKinds)
        Ask(Key, GoodValue);
      for (const auto &[Value, Id] : ValueKinds)
        for (const std::string &Key : {GoodKey, std::string("none")})
          Ask(Key, Value);
    }
  }
}

//===----------------------------------------------------------------------===//
// Special fields
//===----------------------------------------------------------------------===//

namespace {
/// A value that has a special field, in some way.
struct SpecialValue {
  std::string Name;
  std::function<uint32_t(Builder &)> Make; ///< gives the value's type
  bool LeadsToOwnStruct = false;           ///< a pointer, to a struct that no kernel has
};
} // namespace

static uint32_t addSpecial(Builder &B, llvm::StringRef Name, uint32_t Size) {
  uint32_t Word = B.addInt("w" + Name.str(), Size % 8 ? 4 : 8), Index = B.addInt("i" + Name.str(), 4);
  uint32_t Array = B.addArray(Word, Index, Size / (Size % 8 ? 4 : 8));
  return B.addRecord(Kind::Struct, Name, Size, {{"opaque", Array, 0}});
}

/// struct val { u64 before; FIELD f; } with the field at \p Offset.
static uint32_t addValue(Builder &B, uint32_t Field, uint32_t Size, uint32_t Offset = 8) {
  uint32_t Long = B.addInt("u64", 8), End = (Offset + Size + 7) / 8 * 8;
  if (Offset < 8)
    return B.addRecord(Kind::Struct, "val", End, {{"f", Field, Offset * 8}});
  return B.addRecord(Kind::Struct, "val", End, {{"before", Long, 0}, {"f", Field, Offset * 8}});
}

/// The ways in which a struct that counts by its name can lie in a value.
static void addStructVariants(std::vector<SpecialValue> &Values, std::string Name, uint32_t Size, uint32_t Align) {
  auto Add = [&](const char *Variant, std::function<uint32_t(Builder &)> Make) {
    Values.push_back({Name + ", " + Variant, std::move(Make)});
  };
  Add("plain", [=](Builder &B) { return addValue(B, addSpecial(B, Name, Size), Size); });
  Add("alone", [=](Builder &B) { return addSpecial(B, Name, Size); });
  Add("misaligned", [=](Builder &B) { return addValue(B, addSpecial(B, Name, Size), Size, Align / 2); });
  Add("of another size", [=](Builder &B) { return addValue(B, addSpecial(B, Name, Size + 8), Size + 8); });
  Add("typedef",
      [=](Builder &B) { return addValue(B, B.addReference(Kind::Typedef, addSpecial(B, Name, Size), Name), Size); });
  Add("const", [=](Builder &B) { return addValue(B, B.addReference(Kind::Const, addSpecial(B, Name, Size)), Size); });
  Add("nested", [=](Builder &B) {
    return addValue(B, B.addRecord(Kind::Struct, "wrap", Size, {{"in", addSpecial(B, Name, Size), 0}}), Size);
  });
  Add("in a union", [=](Builder &B) {
    return addValue(B, B.addRecord(Kind::Union, "either", Size, {{"in", addSpecial(B, Name, Size), 0}}), Size);
  });
  for (uint32_t Count : {0, 1, 2})
    Values.push_back({llvm::formatv("{0}, array of {1}", Name, Count), [=](Builder &B) {
                        uint32_t Field = addSpecial(B, Name, Size), Index = B.addInt("index", 4);
                        return addValue(B, B.addArray(Field, Index, Count), Size * Count);
                      }});
}

static void addPointerVariants(std::vector<SpecialValue> &Values, std::string Tag) {
  // A uptr leads to a struct of the program's own: what the kernel has too is refused.
  std::string Struct = Tag == "uptr" ? "of_the_program" : "task_struct";
  auto Target = [=](Builder &B) { return B.addRecord(Kind::Struct, Struct, 8, {{"x", B.addInt("t64", 8), 0}}); };
  auto Add = [&](const std::string &Variant, std::function<uint32_t(Builder &)> Pointer, uint32_t Count = 1) {
    Values.push_back({Tag + ", " + Variant, [=](Builder &B) {
                        uint32_t Field = Pointer(B), Index = B.addInt("index", 4);
                        return addValue(B, Count == 1 ? Field : B.addArray(Field, Index, Count), 8 * Count);
                      }});
  };
  auto Tagged = [=](Builder &B, uint32_t To) {
    return B.addReference(Kind::Ptr, B.addReference(Kind::TypeTag, To, Tag));
  };
  for (uint32_t Count : {1, 2, 10, 11, 12})
    Add("array of " + std::to_string(Count), [=](Builder &B) { return Tagged(B, Target(B)); }, Count);
  Add("to an int", [=](Builder &B) { return Tagged(B, B.addInt("int", 4)); });
  Add("to a forward", [=](Builder &B) { return Tagged(B, B.addForward("task_struct")); });
  Add("to an unknown struct", [=](Builder &B) {
    return Tagged(B, B.addRecord(Kind::Struct, "no_such_struct", 8, {{"x", B.addInt("t64", 8), 0}}));
  });
  Values.back().LeadsToOwnStruct = true;
  for (uint32_t Size : {0, 4096, 4104}) {
    Add("to " + std::to_string(Size) + " bytes",
        [=](Builder &B) { return Tagged(B, B.addRecord(Kind::Struct, "own", Size, {})); });
    Values.back().LeadsToOwnStruct = true;
  }
  Add("const", [=](Builder &B) { return B.addReference(Kind::Const, Tagged(B, Target(B))); });
  Add("volatile", [=](Builder &B) { return B.addReference(Kind::Volatile, Tagged(B, Target(B))); });
  Add("typedef", [=](Builder &B) { return B.addReference(Kind::Typedef, Tagged(B, Target(B)), "pointer_t"); });
  Add("tagged twice", [=](Builder &B) { return Tagged(B, B.addReference(Kind::TypeTag, Target(B), Tag)); });
}

/// Roots of lists and trees, with a lock and what they contain.
static void addRootVariants(std::vector<SpecialValue> &Values, std::string Root, std::string Node, uint32_t NodeSize) {
  struct Variant {
    const char *Name;
    bool HasLock;
    const char *Contains;
    uint32_t Size = 16, Count = 1;
  };
  for (Variant V :
       {Variant{"plain", true, "contains:node:n"}, Variant{"without a lock", false, "contains:node:n"},
        Variant{"without a tag", true, nullptr}, Variant{"of an unknown struct", true, "contains:other:n"},
        Variant{"of an unknown node", true, "contains:node:other"}, Variant{"without a node", true, "contains:node"},
        Variant{"of another size", true, "contains:node:n", 24}, Variant{"array of 2", true, "contains:node:n", 16, 2}})
    Values.push_back({Root + ", " + V.Name, [=](Builder &B) {
                        uint32_t Head = addSpecial(B, Root, V.Size), Index = B.addInt("index", 4);
                        uint32_t In = addSpecial(B, Node, NodeSize), Lock = addSpecial(B, "bpf_spin_lock", 4);
                        B.addRecord(Kind::Struct, "node", NodeSize + 8,
                                    {{"n", In, 0}, {"d", B.addInt("d", 8), NodeSize * 8}});
                        uint32_t Field = V.Count == 1 ? Head : B.addArray(Head, Index, V.Count), At = V.Size * V.Count;
                        std::vector<Builder::NewMember> Members = {{"h", Field, 0}};
                        if (V.HasLock)
                          Members.push_back({"l", Lock, At * 8});
                        uint32_t Value = B.addRecord(Kind::Struct, "val", At + 8, Members);
                        if (V.Contains)
                          B.addTag(V.Contains, Value, 0);
                        return Value;
                      }});
}

static std::vector<SpecialValue> specialValues() {
  std::vector<SpecialValue> Values;
  addStructVariants(Values, "bpf_spin_lock", 4, 4);
  addStructVariants(Values, "bpf_res_spin_lock", 4, 4);
  addStructVariants(Values, "bpf_timer", 16, 8);
  addStructVariants(Values, "bpf_wq", 16, 8);
  addStructVariants(Values, "bpf_task_work", 8, 8);
  for (const char *Tag : {"kptr", "kptr_untrusted", "percpu_kptr", "uptr", "unknown"})
    addPointerVariants(Values, Tag);
  addRootVariants(Values, "bpf_list_head", "bpf_list_node", 24);
  addRootVariants(Values, "bpf_rb_root", "bpf_rb_node", 32);
  for (auto [Name, Size] : {std::pair("bpf_refcount", 4), std::pair("bpf_list_node", 24), std::pair("bpf_rb_node", 32),
                            std::pair("bpf_dynptr", 16)})
    Values.push_back(
        {Name, [Name = Name, Size = Size](Builder &B) { return addValue(B, addSpecial(B, Name, Size), Size); }});
  for (uint32_t Size : {8, 12})
    Values.push_back({"bpf_refcount of another size",
                      [=](Builder &B) { return addValue(B, addSpecial(B, "bpf_refcount", Size), Size); }});
  // Two of a kind; a kernel warns in its log about two refcounts or a lock of each kind, so these are left out.
  for (auto [First, Second] : {std::pair("bpf_timer", "bpf_wq"), std::pair("bpf_timer", "bpf_timer"),
                               std::pair("bpf_spin_lock", "bpf_spin_lock"), std::pair("bpf_wq", "bpf_wq"),
                               std::pair("bpf_task_work", "bpf_task_work"), std::pair("bpf_timer", "bpf_task_work")})
    Values.push_back({std::string(First) + " and " + Second, [First = First, Second = Second](Builder &B) {
                        auto SizeOf = [](llvm::StringRef Name) {
                          return Name == "bpf_spin_lock" ? 4u : Name == "bpf_task_work" ? 8u : 16u;
                        };
                        uint32_t A = addSpecial(B, First, SizeOf(First));
                        uint32_t C = llvm::StringRef(First) == Second ? A : addSpecial(B, Second, SizeOf(Second));
                        return B.addRecord(Kind::Struct, "val", 32, {{"a", A, 0}, {"b", C, 128}});
                      }});
  return Values;
}

/// Whether \p Kernel knows all kinds of types that are in \p Types.
static bool canLoadKinds(const btf::BTF &Types, KernelVersion Kernel) {
  for (uint32_t Id = 1; Id < Types.size(); ++Id) {
    Kind K = Types.type(Id).TypeKind;
    if ((K == Kind::DeclTag && Kernel < KernelVersion{5, 16}) || (K == Kind::TypeTag && Kernel < KernelVersion{5, 17}))
      return false;
  }
  return true;
}

static void runFields(Comparison &Compare) {
  constexpr MapTypeSet WithOwnValues{
      M::Hash,          M::Array,        M::PercpuHash,  M::PercpuArray, M::StackTrace,    M::LruHash,
      M::LruPercpuHash, M::LpmTrie,      M::Queue,       M::Stack,       M::CgroupStorage, M::PercpuCgroupStorage,
      M::SkStorage,     M::InodeStorage, M::TaskStorage, M::CgrpStorage, M::BloomFilter};
  for (const SpecialValue &V : specialValues()) {
    // At first a pointer had to lead to a struct that the kernel has, which the rules cannot know.
    if (Compare.Here.Kernel < KernelVersion{6, 2} && V.LeadsToOwnStruct)
      continue;
    Builder B;
    uint32_t Value = V.Make(B), Word = B.addInt("k32", 4), Long = B.addInt("k64", 8);
    uint32_t Prefixed = B.addRecord(Kind::Struct, "lpm", 8, {{"prefixlen", Word, 0}, {"data", Word, 32}});
    std::string Bytes = B.finish();
    btf::BTF Types = llvm::cantFail(btf::BTF::parse(Bytes, "grid"));
    if (!canLoadKinds(Types, Compare.Here.Kernel))
      continue; // the loader replaces these kinds
    Descriptor File(loadBTF(Bytes));
    uint32_t Struct = 0;
    Compare.count();
    Compare.report(File.error(), checkSpecialStructs(Types, Compare.Here.Kernel, Struct), V.Name + ": load of the BTF");
    if (File.error())
      continue;
    for (uint32_t Number = 1; Number < static_cast<uint32_t>(M::InsnArray); ++Number) {
      MapRequest R = baseOf(static_cast<MapType>(Number));
      if (!WithOwnValues.contains(R.Type))
        continue;
      R.Types = &Types;
      R.ValueType = Value;
      R.ValueSize = *Types.sizeOf(Value);
      R.KeyType = R.Type == M::LpmTrie ? Prefixed : R.KeySize == 8 ? Long : R.KeySize == 4 ? Word : 0;
      if (R.Type == M::StackTrace && R.ValueSize % 8)
        continue;
      for (uint64_t Flags :
           {0, int(BPF_F_RDONLY_PROG), int(BPF_F_WRONLY_PROG), int(BPF_F_MMAPABLE), int(BPF_F_NO_PREALLOC)}) {
        if (Flags && R.Type != M::Array && R.Type != M::Hash)
          continue;
        MapRequest Flagged = R;
        Flagged.Flags |= Flags;
        Compare.compare(Flagged, {File.number(), 0}, V.Name);
      }
    }
  }
}

/// Has the kernel look at a program. Linux 5.10 knows of struct_ops only afterwards, as it reads its BTF then.
static void loadAnyProgram() {
  const bpf_insn Program[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0},
                              {.code = BPF_JMP | BPF_EXIT, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0}};
  bpf_attr Attributes{};
  Attributes.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
  Attributes.insns = reinterpret_cast<uintptr_t>(Program);
  Attributes.insn_cnt = std::size(Program);
  Attributes.license = reinterpret_cast<uintptr_t>("GPL");
  Descriptor Loaded(callBPF(BPF_PROG_LOAD, Attributes));
}

int main(int Argc, char **Argv) {
  llvm::StringRef What = Argc == 2 ? Argv[1] : "";
  rlimit Unlimited{RLIM_INFINITY, RLIM_INFINITY}; // before Linux 5.11 maps count as locked memory
  setrlimit(RLIMIT_MEMLOCK, &Unlimited);
  loadAnyProgram();
  Comparison Compare(thisMachine());
  if (What == "sizes")
    SizeGrid(Compare).run();
  else if (What == "types")
    runTypes(Compare);
  else if (What == "fields")
    runFields(Compare);
  else
    return llvm::errs() << "usage: map-agreement sizes|types|fields\n", 2;
  return Compare.finish(What);
}
