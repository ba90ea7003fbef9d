//===- BPFObject.cpp - the checked view of a BPF ELF file -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Object/BPFObject.h"
#include "Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Object/ELF.h"

using namespace llvm;
using namespace llvm::object;

namespace bpfbuild {

/// Reads one ELF file through LLVM's ELFFile, which checks every offset and size.
class ObjectReader {
public:
  ObjectReader(BPFObject &Object) : Object(Object) {}

  template <typename ELFT> Error read(bool IsLittleEndian);

private:
  template <typename ELFT> Error readHeader(const ELFFile<ELFT> &File);
  template <typename ELFT> Error checkKind(const typename ELFT::Shdr &Header, StringRef Name);
  template <typename ELFT> Error readSections(const ELFFile<ELFT> &File);
  template <typename ELFT> Error readSymbols(const ELFFile<ELFT> &File);
  template <typename ELFT> Error readRelocations(const ELFFile<ELFT> &File, const typename ELFT::Shdr &Header);
  Error readTypes();

  Error fail(Error E) const { return makeError("'{0}': {1}", Object.Name, toString(std::move(E))); }

  BPFObject &Object;
  bool HasSymbolTable = false;
};

template <typename ELFT> Error ObjectReader::readHeader(const ELFFile<ELFT> &File) {
  const auto &Header = File.getHeader();
  // Compilers before EM_BPF was assigned wrote EM_NONE.
  if (Header.e_machine != ELF::EM_BPF && Header.e_machine != ELF::EM_NONE)
    return makeError("'{0}': an ELF file for machine {1}, expected BPF (247)", Object.Name, unsigned(Header.e_machine));
  if (Header.e_type != ELF::ET_REL)
    return makeError("'{0}': an ELF file of type {1}, expected a relocatable object (1)", Object.Name,
                     unsigned(Header.e_type));
  return Error::success();
}

/// The sections that we find by their names and libbpf by their types as well.
template <typename ELFT> Error ObjectReader::checkKind(const typename ELFT::Shdr &Header, StringRef Name) {
  bool IsTypes = Name == ".BTF" || Name == ".BTF.ext";
  if (IsTypes && Header.sh_type != ELF::SHT_PROGBITS)
    return makeError("'{0}': section {1} has the type {2}, expected {3} (SHT_PROGBITS)", Object.Name, Name,
                     uint32_t(Header.sh_type), unsigned(ELF::SHT_PROGBITS));
  if (Header.sh_type == ELF::SHT_SYMTAB && std::exchange(HasSymbolTable, true))
    return makeError("'{0}': section {1} is a second symbol table", Object.Name, Object.Sections.size());
  return Error::success();
}

template <typename ELFT> Error ObjectReader::readSections(const ELFFile<ELFT> &File) {
  auto Headers = File.sections();
  if (!Headers)
    return fail(Headers.takeError());
  for (const auto &Header : *Headers) {
    Expected<StringRef> Name = File.getSectionName(Header);
    if (!Name)
      return fail(Name.takeError());
    if (Error E = checkKind<ELFT>(Header, *Name))
      return E;
    Section S{*Name,
              {},
              Header.sh_size,
              bool(Header.sh_flags & ELF::SHF_EXECINSTR),
              Name->starts_with(".debug_"),
              Header.sh_type,
              Header.sh_addralign};
    if (Header.sh_type != ELF::SHT_NOBITS && Header.sh_type != ELF::SHT_NULL) {
      Expected<ArrayRef<uint8_t>> Bytes = File.getSectionContents(Header);
      if (!Bytes)
        return fail(Bytes.takeError());
      S.Bytes = toStringRef(*Bytes);
    }
    Object.Sections.push_back(S);
  }
  return Error::success();
}

static Symbol::Kind kindOf(unsigned char Type) {
  switch (Type) {
  case ELF::STT_NOTYPE:
    return Symbol::Kind::None;
  case ELF::STT_OBJECT:
    return Symbol::Kind::Object;
  case ELF::STT_FUNC:
    return Symbol::Kind::Function;
  case ELF::STT_SECTION:
    return Symbol::Kind::Section;
  default:
    return Symbol::Kind::Other;
  }
}

static Symbol::Binding bindingOf(unsigned char Binding) {
  return Binding == ELF::STB_LOCAL  ? Symbol::Binding::Local
         : Binding == ELF::STB_WEAK ? Symbol::Binding::Weak
                                    : Symbol::Binding::Global;
}

template <typename ELFT> Error ObjectReader::readSymbols(const ELFFile<ELFT> &File) {
  for (const auto &Header : cantFail(File.sections())) {
    if (Header.sh_type != ELF::SHT_SYMTAB)
      continue;
    Expected<StringRef> Strings = File.getStringTableForSymtab(Header);
    if (!Strings)
      return fail(Strings.takeError());
    auto Symbols = File.symbols(&Header);
    if (!Symbols)
      return fail(Symbols.takeError());
    for (const auto &S : *Symbols) {
      Expected<StringRef> Name = S.getName(*Strings);
      if (!Name)
        return fail(Name.takeError());
      bool IsReserved = S.st_shndx >= ELF::SHN_LORESERVE;
      if (IsReserved && S.st_shndx != ELF::SHN_ABS && S.st_shndx != ELF::SHN_COMMON)
        return makeError("'{0}': symbol '{1}' is in the reserved section {2:x}, expected that of a section, {3:x} "
                         "(SHN_ABS) or {4:x} (SHN_COMMON)",
                         Object.Name, *Name, unsigned(S.st_shndx), unsigned(ELF::SHN_ABS), unsigned(ELF::SHN_COMMON));
      uint32_t Index = IsReserved ? 0 : uint32_t(S.st_shndx);
      if (Index >= Object.Sections.size())
        return makeError("'{0}': symbol '{1}' is in section {2}, but there are only {3}", Object.Name, *Name, Index,
                         Object.Sections.size());
      Object.Symbols.push_back({*Name, Index, S.st_value, S.st_size, bindingOf(S.getBinding()), kindOf(S.getType())});
    }
  }
  return Error::success();
}

template <typename ELFT>
Error ObjectReader::readRelocations(const ELFFile<ELFT> &File, const typename ELFT::Shdr &Header) {
  auto Relocations = File.rels(Header);
  if (!Relocations)
    return fail(Relocations.takeError());
  if (Header.sh_info >= Object.Sections.size())
    return makeError("'{0}': relocations for section {1}, but there are only {2}", Object.Name,
                     uint32_t(Header.sh_info), Object.Sections.size());
  for (const auto &R : *Relocations) {
    uint32_t Symbol = R.getSymbol(/*isMips64EL=*/false);
    if (Symbol >= Object.Symbols.size())
      return makeError("'{0}': a relocation names symbol {1}, but there are only {2}", Object.Name, Symbol,
                       Object.Symbols.size());
    Object.Relocations.push_back({Header.sh_info, R.r_offset, Symbol});
  }
  return Error::success();
}

Error ObjectReader::readTypes() {
  const Section *S = Object.findSection(".BTF");
  if (!S)
    return Error::success();
  Expected<btf::BTF> Types = btf::BTF::parse(S->Bytes, Object.Name);
  if (!Types)
    return Types.takeError();
  Object.Types = std::move(*Types);
  return Error::success();
}

template <typename ELFT> Error ObjectReader::read(bool IsLittleEndian) {
  Object.IsLittleEndian = IsLittleEndian;
  Expected<ELFFile<ELFT>> File = ELFFile<ELFT>::create(Object.Bytes);
  if (!File)
    return fail(File.takeError());
  if (Error E = readHeader(*File))
    return E;
  if (Error E = readSections(*File))
    return E;
  if (Error E = readSymbols(*File))
    return E;
  if (Object.Symbols.empty()) // libbpf's linker takes one for granted
    return makeError("'{0}': {1} sections and no symbol table; expected a compiled object", Object.Name,
                     Object.Sections.size());
  for (const auto &Header : cantFail(File->sections()))
    if (Header.sh_type == ELF::SHT_REL)
      if (Error E = readRelocations(*File, Header))
        return E;
  return readTypes();
}

Expected<BPFObject> BPFObject::parse(StringRef Bytes, StringRef Name) {
  BPFObject Object;
  Object.Name = Name.str();
  Object.Bytes = Bytes;
  if (!Bytes.starts_with("\x7f"
                         "ELF"))
    return makeError("'{0}': not an ELF file", Name);
  auto [Class, Encoding] = getElfArchType(Bytes);
  if (Class != ELF::ELFCLASS64)
    return makeError("'{0}': not a 64-bit ELF file, expected a BPF object", Name);
  if (Encoding != ELF::ELFDATA2LSB && Encoding != ELF::ELFDATA2MSB)
    return makeError("'{0}': an ELF file with the byte order {1}, expected {2} (little-endian) or {3} (big-endian)",
                     Name, unsigned(Encoding), unsigned(ELF::ELFDATA2LSB), unsigned(ELF::ELFDATA2MSB));
  if (Bytes.size() > ELF::EI_VERSION && Bytes[ELF::EI_VERSION] != ELF::EV_CURRENT)
    return makeError("'{0}': an ELF file of version {1}, expected {2}", Name,
                     unsigned(static_cast<unsigned char>(Bytes[ELF::EI_VERSION])), unsigned(ELF::EV_CURRENT));
  ObjectReader Reader(Object);
  Error E = Encoding == ELF::ELFDATA2MSB ? Reader.read<ELF64BE>(false) : Reader.read<ELF64LE>(true);
  if (E)
    return std::move(E);
  append_range(Object.SymbolsByName, seq<uint32_t>(0, Object.Symbols.size()));
  llvm::sort(Object.SymbolsByName, [&](uint32_t A, uint32_t B) {
    return std::pair(Object.Symbols[A].Name, A) < std::pair(Object.Symbols[B].Name, B);
  });
  return Object;
}

const Section *BPFObject::findSection(StringRef SectionName) const {
  auto It = find_if(Sections, [&](const Section &S) { return S.Name == SectionName; });
  return It == Sections.end() ? nullptr : &*It;
}

std::optional<btf::Type> BPFObject::findDataSection(StringRef SectionName) const {
  uint32_t Id = Types ? Types->find(SectionName, btf::Kind::DataSec) : 0;
  return Id ? std::optional(Types->type(Id)) : std::nullopt;
}

const Symbol *BPFObject::findVariable(StringRef VariableName, StringRef SectionName) const {
  auto It = partition_point(SymbolsByName, [&](uint32_t Index) { return Symbols[Index].Name < VariableName; });
  for (; It != SymbolsByName.end() && Symbols[*It].Name == VariableName; ++It)
    if (const Symbol &S = Symbols[*It]; S.isDefined() && Sections[S.Section].Name == SectionName)
      return &S;
  return nullptr;
}

} // namespace bpfbuild
