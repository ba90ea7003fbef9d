//===- StageTimes.h - how long each stage took ------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SUPPORT_STAGETIMES_H
#define BPFBUILD_SUPPORT_STAGETIMES_H

#include "llvm/ADT/MapVector.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>

namespace bpfbuild {

/// Wall-clock time by stage, for --time-report; a stage that runs several times is summed.
class StageTimes {
public:
  /// Measures until stop() or its end.
  class Timer {
  public:
    Timer(StageTimes &Times, llvm::StringRef Stage) : Times(&Times), Stage(Stage), Start(Clock::now()) {}
    Timer(const Timer &) = delete;
    ~Timer() { stop(); }
    void stop() {
      if (Times)
        Times->Totals[Stage] += std::chrono::duration<double, std::milli>(Clock::now() - Start).count();
      Times = nullptr;
    }

  private:
    using Clock = std::chrono::steady_clock;
    StageTimes *Times;
    llvm::StringRef Stage;
    Clock::time_point Start;
  };

  Timer measure(llvm::StringRef Stage) { return Timer(*this, Stage); }

  /// A line a stage: its name and its milliseconds.
  void print(llvm::raw_ostream &OS) const {
    for (const auto &[Stage, Milliseconds] : Totals)
      OS << llvm::format("%8.2f ms  ", Milliseconds) << Stage << '\n';
  }

private:
  llvm::MapVector<llvm::StringRef, double> Totals;
};

} // namespace bpfbuild

#endif
