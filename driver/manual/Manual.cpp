//===- Manual.cpp - what is written about the tools, from their tables ----===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   bpfbuild-manual man|bash|zsh|fish TOOL
//   bpfbuild-manual markdown
//
// Man pages, completions for shells and docs/options.md, out of Options.td, Stages.def and the table of checks: what is
// in one of these is in all of the others.
//===----------------------------------------------------------------------===//
#include "Support/Checks.h"
#include "Support/Help.h"
#include "Support/Options.h"
#include "Version.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace bpfbuild;

namespace {
struct Stage {
  StringLiteral Name, Arguments, Help, Example;
};

struct Tool {
  StringLiteral Name, Summary, Synopsis;
  unsigned Visibility;
};
} // namespace

static constexpr Stage Stages[] = {
#define STAGE(Name, Arguments, Help, Example, Function) {Name, Arguments, Help, Example},
#include "stages/Stages.def"
};

static constexpr Tool Tools[] = {
    {"bpfcc++", "compile BPF programs in C and C++, and make a typed C++ skeleton of them",
     "bpfcc++ [clang options] [options] INPUT...", Bpfcc},
    {"bpfbuild", "the stages of bpfcc++, each alone", "bpfbuild STAGE [options] [FILE...]", Bpfbuild | BpfbuildMigrate},
};

//===----------------------------------------------------------------------===//
// Man pages
//===----------------------------------------------------------------------===//

/// Text for roff: no line begins with a command, and hyphens are the ASCII ones that a user can copy.
static std::string roff(StringRef Text) {
  std::string Result;
  for (char C : Text) {
    if (C == '\\')
      Result += "\\e";
    else if (C == '-')
      Result += "\\-";
    else if ((C == '.' || C == '\'') && (Result.empty() || Result.back() == '\n'))
      (Result += "\\&") += C;
    else
      Result += C;
  }
  return Result;
}

static constexpr StringLiteral OfBpfcc =
    R"(.SH DESCRIPTION
.B bpfcc++
takes clang's options and behaves like clang, for the target BPF. Inputs are C (.c), C++ (.cpp, .cc, .cxx, .C) and BPF
objects (.o). Without \fB\-c\fR it links all of them into one object and writes a C++ header that carries the object: the
skeleton. \fI#include "vmlinux.h"\fR needs no file: the types come from the running kernel.
.PP
Nothing has to be passed that can be known: the target, \fB\-g\fR and \fB\-O2\fR, the BPF\-side headers and Clang's own
are set. Flags that are meant for host code are dropped; \fB\-v\fR lists them.
.SH EXAMPLES
.TP
.B bpfcc++ a.bpf.c
compile, check, link, and write a.skel.hpp and a.skel.hpp.o
.TP
.B bpfcc++ \-c a.bpf.c \-o a.bpf.o
compile and check one file
.TP
.B bpfcc++ a.bpf.o b.bpf.o \-o all.bpf.o
link objects
.TP
.B bpfcc++ a.bpf.c b.bpf.c \-o probe.skel.hpp
make one skeleton of two files
)";

static void printMan(raw_ostream &OS, const Tool &T) {
  std::string Title = StringRef(T.Name).upper();
  OS << ".TH " << Title << " 1 \"\" \"BPFBuild " << BPFBUILD_VERSION << "\" \"User Commands\"\n.SH NAME\n"
     << roff(T.Name) << " \\- " << roff(T.Summary) << "\n.SH SYNOPSIS\n.B " << roff(T.Synopsis) << '\n';
  if (T.Visibility & Bpfcc) {
    OS << OfBpfcc;
  } else {
    OS << ".SH STAGES\n";
    for (const Stage &S : Stages)
      OS << ".TP\n.B " << roff(S.Name) << ' ' << roff(S.Arguments) << '\n'
         << roff(S.Help) << ".\n.br\n\\fI" << roff(S.Example) << "\\fR\n";
  }
  OS << ".SH OPTIONS\n";
  forEachHeading(optionTexts(T.Visibility), [&](ArrayRef<OptionText> All) {
    OS << ".SS " << roff(All.front().Heading) << '\n';
    if (!All.front().Example.empty())
      OS << "\\fI" << roff(All.front().Example) << "\\fR\n";
    for (const OptionText &O : All)
      OS << ".TP\n.B " << roff(O.withValue()) << '\n' << roff(O.Help) << ".\n";
  });
  OS << R"(.SH EXIT STATUS
0: done. 1: an error was printed; no output file is left or changed. 70: an internal failure, which is a bug in the tool.
.SH SEE ALSO
)" << (T.Visibility & Bpfcc ? ".BR bpfbuild (1)" : ".BR bpfcc++ (1)")
     << ",\n.BR clang (1)\n";
}

//===----------------------------------------------------------------------===//
// Completions
//===----------------------------------------------------------------------===//

/// The values of an option, where these are words to choose from.
static std::vector<StringRef> valuesOf(const OptionText &O) {
  SmallVector<StringRef> Parts;
  StringRef(O.Value).split(Parts, '|');
  std::vector<StringRef> Result;
  for (StringRef Part : Parts)
    if (!Part.starts_with("<") && Parts.size() > 1)
      Result.push_back(Part);
  return Result;
}

static std::string shellQuoted(StringRef Text) {
  std::string Result = "'";
  for (char C : Text)
    Result += C == '\'' ? "'\\''" : std::string(1, C);
  return Result + "'";
}

namespace {
struct Completion {
  std::string Text, Help;
};
} // namespace

/// What begins with a dash: the options, of which \p HasValues gives each value that is known, and the checks.
static std::vector<Completion> completionsOf(const Tool &T, bool HasValues) {
  std::vector<Completion> Result;
  for (const OptionText &O : optionTexts(T.Visibility)) {
    std::vector<StringRef> Values = valuesOf(O);
    if (!HasValues || Values.empty())
      Values = {""};
    for (StringRef Value : Values)
      Result.push_back({O.Spelling + Value.str(), O.Help});
  }
  if (T.Visibility & Bpfcc)
    for (const Check &C : checks())
      Result.push_back({"-W" + C.Name.str(), ""});
  return Result;
}

static void printBash(raw_ostream &OS, const Tool &T) {
  const char *Function = T.Visibility & Bpfcc ? "_bpfcc" : "_bpfbuild";
  OS << "# Completion of " << T.Name << " for bash. Made from its tables.\n"
     << Function << R"(() {
  local word="${COMP_WORDS[COMP_CWORD]}" option=
  # bash takes = for a word of its own: --embed = inline
  if [ "$word" = = ]; then
    option="${COMP_WORDS[COMP_CWORD - 1]}" word=
  elif [ "${COMP_WORDS[COMP_CWORD - 1]}" = = ]; then
    option="${COMP_WORDS[COMP_CWORD - 2]}"
  fi
  case "$option" in
)";
  for (const OptionText &O : optionTexts(T.Visibility))
    if (std::vector<StringRef> Values = valuesOf(O); !Values.empty())
      OS << "    " << StringRef(O.Spelling).rtrim('=') << ") COMPREPLY=($(compgen -W " << shellQuoted(join(Values, " "))
         << " -- \"$word\")); return ;;\n";
  OS << "    ?*) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n  esac\n";
  if (!(T.Visibility & Bpfcc)) {
    OS << "  if [ \"$COMP_CWORD\" = 1 ]; then\n    COMPREPLY=($(compgen -W '";
    for (const Stage &S : Stages)
      OS << S.Name << ' ';
    OS << "--help --version' -- \"$word\"))\n    return\n  fi\n";
  }
  std::vector<std::string> Options;
  for (const Completion &C : completionsOf(T, /*HasValues=*/false))
    Options.push_back(C.Text);
  OS << "  case \"$word\" in\n    -*)\n      COMPREPLY=($(compgen -W " << shellQuoted(join(Options, " "))
     << " -- \"$word\"))\n      [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace ;;\n"
     << "    *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n  esac\n}\ncomplete -o filenames -F " << Function << ' '
     << T.Name << '\n';
}

static void printZsh(raw_ostream &OS, const Tool &T) {
  auto Escaped = [](StringRef Text) {
    std::string Result;
    for (char C : Text)
      Result += (C == '[' || C == ']' || C == ':' || C == '\\') ? std::string("\\") + C : std::string(1, C);
    return Result;
  };
  OS << "#compdef " << T.Name << "\n# Completion of " << T.Name << " for zsh. Made from its tables.\n";
  OS << "local -a arguments\narguments=(\n";
  for (const OptionText &O : optionTexts(T.Visibility)) {
    std::vector<StringRef> Values = valuesOf(O);
    std::string Spec = O.Spelling;
    if (StringRef(Spec).ends_with("="))
      Spec += "-"; // the value follows at once
    Spec += "[" + Escaped(O.Help) + "]";
    if (!Values.empty())
      Spec += ":value:(" + join(Values, " ") + ")";
    else if (!O.Value.empty())
      Spec += ":" + Escaped(O.Value) + ":_files";
    OS << "  " << shellQuoted(Spec) << '\n';
  }
  if (T.Visibility & Bpfcc) {
    OS << "  '*:file:_files'\n";
  } else {
    OS << "  '1:stage:((";
    for (const Stage &S : Stages)
      OS << S.Name << "\\:\"" << StringRef(S.Help).split(';').first << "\" ";
    OS << "))'\n  '*:file:_files'\n";
  }
  OS << ")\n_arguments -s \"$arguments[@]\"\n";
}

static void printFish(raw_ostream &OS, const Tool &T) {
  OS << "# Completion of " << T.Name << " for fish. Made from its tables.\n";
  if (!(T.Visibility & Bpfcc))
    for (const Stage &S : Stages)
      OS << "complete -c " << T.Name << " -n __fish_use_subcommand -f -a " << S.Name << " -d " << shellQuoted(S.Help)
         << '\n';
  for (const Completion &C : completionsOf(T, /*HasValues=*/true))
    OS << "complete -c " << shellQuoted(T.Name) << " -a " << shellQuoted(C.Text)
       << " -n 'string match -q -- \"-*\" (commandline -ct)'" << (C.Help.empty() ? "" : " -d " + shellQuoted(C.Help))
       << '\n';
}

//===----------------------------------------------------------------------===//
// The reference page
//===----------------------------------------------------------------------===//

/// Text in a cell of a table.
static std::string cell(StringRef Text) {
  std::string Result;
  for (char C : Text)
    Result += C == '<' ? "&lt;" : C == '|' ? "\\|" : std::string(1, C);
  return Result;
}

static void printMarkdown(raw_ostream &OS) {
  OS << "# Options\n\nThis page is made from the table that the tools themselves read (`bpfbuild-manual markdown`): "
        "what they take is listed here.\n";
  for (const Tool &T : Tools) {
    OS << "\n## " << T.Name << "\n\n`" << T.Synopsis << "`\n";
    if (!(T.Visibility & Bpfcc)) {
      OS << "\n| stage | does | for example |\n|---|---|---|\n";
      for (const Stage &S : Stages)
        OS << "| `" << S.Name << "` | " << S.Help << " | `" << S.Example << "` |\n";
    }
    forEachHeading(optionTexts(T.Visibility), [&](ArrayRef<OptionText> All) {
      OS << "\n### " << T.Name << ": " << All.front().Heading << '\n';
      if (!All.front().Example.empty())
        OS << "\n    " << All.front().Example << '\n';
      OS << "\n| option | meaning |\n|---|---|\n";
      for (const OptionText &O : All) {
        std::string Spelling = O.withValue(); // in code, where < is itself
        for (size_t At = 0; (At = Spelling.find('|', At)) != std::string::npos; At += 2)
          Spelling.replace(At, 1, "\\|");
        OS << "| `" << Spelling << "` | " << cell(O.Help) << " |\n";
      }
    });
  }
}

int main(int Argc, char **Argv) {
  std::vector<StringRef> Args(Argv + 1, Argv + Argc);
  const Tool *T = Args.size() == 2 ? find_if(Tools, [&](const Tool &Each) { return Each.Name == Args[1]; }) : nullptr;
  void (*Print)(raw_ostream &, const Tool &) = nullptr;
  if (T && T != std::end(Tools))
    Print = Args[0] == "man"    ? printMan
            : Args[0] == "bash" ? printBash
            : Args[0] == "zsh"  ? printZsh
            : Args[0] == "fish" ? printFish
                                : nullptr;
  if (Print) {
    Print(outs(), *T);
    return 0;
  }
  if (Args.size() == 1 && Args[0] == "markdown") {
    printMarkdown(outs());
    return 0;
  }
  errs() << "usage: bpfbuild-manual man|bash|zsh|fish bpfcc++|bpfbuild, or bpfbuild-manual markdown\n";
  return 1;
}
