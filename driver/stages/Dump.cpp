//===- Dump.cpp - bpfbuild dump ------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Kernel/SectionNames.h"
#include "Maps/MapDef.h"
#include "Skeleton/SkeletonModel.h"
#include "Stage.h"
#include "Support/Error.h"
#include "Support/Options.h"
#include "llvm/Support/JSON.h"

using namespace llvm;

namespace bpfbuild {

static std::string dumpText(const SkeletonModel &Model) {
  std::string Text;
  raw_string_ostream OS(Text);
  for (const MapModel &M : Model.Maps)
    OS << "map " << M.Name << ": " << M.Comment << ", " << M.Handle << '\n';
  for (const ProgramModel &P : Model.Programs)
    OS << "program " << P.Name << ": SEC(\"" << P.Section << "\")\n";
  for (const SectionModel &S : Model.Sections)
    for (const FieldModel &F : S.Record.Fields)
      if (!F.IsPadding) {
        OS << "variable " << F.Name << ": " << F.Type.Name;
        for (uint64_t Dimension : F.Type.Dimensions)
          OS << '[' << Dimension << ']';
        OS << ", " << S.Name << '+' << F.Offset << '\n';
      }
  return Text;
}

static void dumpJSON(raw_ostream &OS, const SkeletonModel &Model, const std::vector<MapDef> &Maps) {
  json::OStream J(OS, /*IndentSize=*/2);
  J.object([&] {
    J.attributeArray("maps", [&] {
      for (const auto &[M, Def] : zip(Model.Maps, Maps))
        J.object([&, &M = M, &Def = Def] {
          J.attribute("name", M.Name);
          J.attribute("type", mapTypeName(Def.Type));
          J.attribute("key_size", Def.KeySize);
          J.attribute("value_size", Def.ValueSize);
          J.attribute("max_entries", Def.MaxEntries);
          J.attribute("map_flags", Def.Flags);
          J.attribute("pinned_by_name", Def.IsPinnedByName);
          J.attribute("handle", M.Handle);
        });
    });
    J.attributeArray("programs", [&] {
      for (const ProgramModel &P : Model.Programs)
        J.object([&] {
          J.attribute("name", P.Name);
          J.attribute("section", P.Section);
          if (const SectionName *Known = findSectionName(P.Section))
            J.attribute("type", Known->ProgramType);
        });
    });
    J.attributeArray("variables", [&] {
      for (const SectionModel &S : Model.Sections)
        for (const FieldModel &F : S.Record.Fields)
          if (!F.IsPadding)
            J.object([&] {
              J.attribute("name", F.Name);
              J.attribute("section", S.Name);
              J.attribute("offset", F.Offset);
              J.attribute("type", F.Type.Name);
            });
    });
  });
  OS << '\n';
}

Error runDump(const opt::InputArgList &Args) {
  Expected<Objects> Files = readOneObject(Args);
  if (!Files)
    return Files.takeError();
  const BPFObject &Object = Files->Parsed.front();
  Expected<SkeletonModel> Model = buildSkeletonModel(Object, "dump", "");
  if (!Model)
    return Model.takeError();
  std::vector<Diagnostic> Ignored;
  if (Args.hasArg(OPT_json))
    dumpJSON(outs(), *Model, readMapDefs(Object, Ignored));
  else
    outs() << printable(dumpText(*Model));
  return Error::success();
}

} // namespace bpfbuild
