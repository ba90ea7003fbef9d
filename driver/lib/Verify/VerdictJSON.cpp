//===- VerdictJSON.cpp - verdicts as JSON ---------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Verify/VerdictJSON.h"
#include "Support/Error.h"

using namespace llvm;

namespace bpfbuild {

static constexpr size_t MaxLog = 256 << 10; ///< bytes of a log that travel; its end has the objection

static StringRef endOf(StringRef Log) {
  return Log.size() <= MaxLog ? Log : Log.take_back(MaxLog).split('\n').second;
}

json::Array toJSON(ArrayRef<ProgramVerdict> Verdicts) {
  json::Array Result;
  for (const ProgramVerdict &V : Verdicts)
    Result.push_back(json::Object{{"program", json::fixUTF8(V.Program)},
                                  {"section", json::fixUTF8(V.Section)},
                                  {"verdict", toString(V.Result)},
                                  {"errno", V.ErrorCode},
                                  {"loader", json::fixUTF8(V.LoaderText)},
                                  {"log", json::fixUTF8(endOf(V.LogText))}});
  return Result;
}

static std::optional<Verdict> verdictOf(StringRef Name) {
  for (Verdict V : {Verdict::Accepted, Verdict::Refused, Verdict::NotJudged})
    if (Name == toString(V))
      return V;
  return std::nullopt;
}

Expected<std::vector<ProgramVerdict>> verdictsFromJSON(const json::Array &Array) {
  std::vector<ProgramVerdict> Result;
  for (const json::Value &Each : Array) {
    const json::Object *Object = Each.getAsObject();
    std::optional<StringRef> Texts[5];
    static constexpr StringLiteral Keys[] = {"program", "section", "verdict", "loader", "log"};
    for (size_t I = 0; Object && I < std::size(Keys); ++I)
      Texts[I] = Object->getString(Keys[I]);
    for (size_t I = 0; I < std::size(Keys); ++I)
      if (!Texts[I])
        return makeError("a verdict lacks its {0}", Keys[I]);
    std::optional<Verdict> Known = verdictOf(*Texts[2]);
    if (!Known)
      return makeError("unknown verdict '{0}'", *Texts[2]);
    ProgramVerdict V;
    V.Program = Texts[0]->str();
    V.Section = Texts[1]->str();
    V.Result = *Known;
    V.LoaderText = Texts[3]->str();
    V.LogText = Texts[4]->str();
    V.ErrorCode = static_cast<int>(Object->getInteger("errno").value_or(0));
    V.Log = VerifierLog::parse(V.LogText);
    Result.push_back(std::move(V));
  }
  return Result;
}

} // namespace bpfbuild
