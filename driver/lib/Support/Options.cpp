//===- Options.cpp - the option table made from Options.td ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Support/Options.h"

using namespace llvm;
using namespace llvm::opt;

namespace bpfbuild {

#if LLVM_VERSION_MAJOR >= 20
#define OPTTABLE_STR_TABLE_CODE
#include "Options.inc"
#undef OPTTABLE_STR_TABLE_CODE

#define OPTTABLE_PREFIXES_TABLE_CODE
#include "Options.inc"
#undef OPTTABLE_PREFIXES_TABLE_CODE
#else
#define PREFIX(Name, Value)                                                                                            \
  static constexpr StringLiteral Name##_init[] = Value;                                                                \
  static constexpr ArrayRef<StringLiteral> Name(Name##_init, std::size(Name##_init) - 1);
#include "Options.inc"
#undef PREFIX
#endif

static constexpr OptTable::Info InfoTable[] = {
#define OPTION(...) LLVM_CONSTRUCT_OPT_INFO(__VA_ARGS__),
#include "Options.inc"
#undef OPTION
};

namespace {
class Table : public GenericOptTable {
public:
#if LLVM_VERSION_MAJOR >= 20
  Table() : GenericOptTable(OptionStrTable, OptionPrefixesTable, InfoTable) { setDashDashParsing(true); }
#else
  Table() : GenericOptTable(InfoTable) { setDashDashParsing(true); }
#endif
};
} // namespace

const OptTable &getOptionTable() {
  static const Table T;
  return T;
}

} // namespace bpfbuild
