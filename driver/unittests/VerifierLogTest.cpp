//===- VerifierLogTest.cpp ------------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Verify/VerifierLog.h"
#include "Verify/Objections.h"
#include "Verify/VerdictJSON.h"
#include "gtest/gtest.h"

using namespace bpfbuild;

TEST(VerifierLog, ReadsTheFormOfLinux5) {
  VerifierLog Log = VerifierLog::parse("Unrecognized arg#0 type PTR\n"
                                       "; int f(struct xdp_md *ctx)\n"
                                       "0: (b7) r1 = 1\n"
                                       "; x @ home\n"
                                       "1: (63) *(u32 *)(r10 -4) = r1\n"
                                       "last_idx 1 first_idx 0\n"
                                       "regs=2 stack=0 before 0: (b7) r1 = 1\n"
                                       "2: (85) call bpf_map_lookup_elem#1\n"
                                       "3: (79) r0 = *(u64 *)(r0 +0)\n"
                                       " R0=map_value_or_null(id=1,off=0,ks=4,vs=8,imm=0) R10=fp0\n"
                                       "R0 invalid mem access 'map_value_or_null'\n"
                                       "verification time 67 usec\n"
                                       "stack depth 4\n"
                                       "processed 6 insns (limit 1000000) max_states_per_insn 0 total_states 1 "
                                       "peak_states 2 mark_read 1\n");
  ASSERT_EQ(Log.Path.size(), 4u);
  EXPECT_EQ(Log.Path[2].Text, "call bpf_map_lookup_elem#1");
  EXPECT_EQ(Log.Path[3].Index, 3u);
  EXPECT_EQ(Log.Path[3].Line, 0u);
  ASSERT_EQ(Log.Objection.size(), 1u);
  EXPECT_EQ(Log.Objection[0], "R0 invalid mem access 'map_value_or_null'");
  EXPECT_EQ(Log.Stats.Instructions, 6u);
  EXPECT_EQ(Log.Stats.TotalStates, 1u);
  EXPECT_EQ(Log.Stats.PeakStates, 2u);
  EXPECT_EQ(Log.Stats.Microseconds, 67u);
  EXPECT_EQ(Log.Stats.StackDepth, "4");
}

TEST(VerifierLog, ReadsTheFormOfLinux6) {
  VerifierLog Log = VerifierLog::parse("0: R1=ctx() R10=fp0\n"
                                       "; int x = a @ b; @ file.bpf.c:12\n"
                                       "0: (61) r2 = *(u32 *)(r1 +12)         ; R1=ctx() R2_w=scalar(smin=0)\n"
                                       "from 3 to 7 (speculative execution): R0=0\n"
                                       "7: (0f) r0 += r2\n"
                                       "R0 unbounded memory access, make sure to bounds check any such access\n"
                                       "processed 2 insns (limit 1000000) max_states_per_insn 0 total_states 0 "
                                       "peak_states 0 mark_read 0\n");
  ASSERT_EQ(Log.Path.size(), 2u);
  EXPECT_EQ(Log.Path[0].Text, "r2 = *(u32 *)(r1 +12)");
  EXPECT_EQ(Log.Path[0].File, "file.bpf.c");
  EXPECT_EQ(Log.Path[0].Line, 12u);
  ASSERT_EQ(Log.Objection.size(), 1u);
  EXPECT_TRUE(llvm::StringRef(Log.Objection[0]).starts_with("R0 unbounded"));
}

TEST(VerifierLog, PassesOnWhatItDoesNotKnow) {
  VerifierLog Log = VerifierLog::parse("something of Linux 9\n99999999999: (85) x\n(\n:\n4: (zz) y");
  EXPECT_TRUE(Log.Path.empty());
  EXPECT_EQ(Log.Objection.front(), "something of Linux 9");
  EXPECT_FALSE(findObjection("something of Linux 9"));
}

TEST(Objections, AreFoundByTheirOwnWords) {
  EXPECT_GE(objections().size(), 60u);
  for (const Objection &O : objections()) {
    std::string Message = O.Pattern.str();
    std::replace(Message.begin(), Message.end(), '*', '7');
    const Objection *Found = findObjection(Message);
    ASSERT_TRUE(Found) << Message;
    EXPECT_FALSE(Found->Advice.empty());
    EXPECT_EQ(Found->Pattern, O.Pattern) << "a row before it has its messages";
  }
}

TEST(VerdictJSON, GivesBackWhatItWrote) {
  ProgramVerdict V;
  V.Program = "p";
  V.Section = "xdp";
  V.Result = Verdict::Refused;
  V.ErrorCode = 13;
  V.LogText = std::string(300 << 10, 'x') + "\n0: (95) exit\nR0 !read_ok\n";
  llvm::Expected<std::vector<ProgramVerdict>> Read = verdictsFromJSON(toJSON({V}));
  ASSERT_TRUE(bool(Read));
  ASSERT_EQ(Read->size(), 1u);
  EXPECT_EQ(Read->front().ErrorCode, 13);
  EXPECT_EQ(Read->front().Result, Verdict::Refused);
  EXPECT_EQ(Read->front().LogText, "0: (95) exit\nR0 !read_ok\n");
  ASSERT_EQ(Read->front().Log.Objection.size(), 1u);

  llvm::json::Array Broken = toJSON({V});
  (*Broken[0].getAsObject())["verdict"] = "perhaps";
  EXPECT_EQ(llvm::toString(verdictsFromJSON(Broken).takeError()), "unknown verdict 'perhaps'");
  Broken[0].getAsObject()->erase("log");
  EXPECT_EQ(llvm::toString(verdictsFromJSON(Broken).takeError()), "a verdict lacks its log");
}
