//===- AttemptsTest.cpp ---------------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/Attempts.h"
#include "gtest/gtest.h"

using namespace bpfbuild;

/// A run with an error over a slice that lacked \p Missing.
static AttemptResult failed(llvm::ArrayRef<std::string> Missing, bool IsCxx = false) {
  return {.HasSliced = true, .IsCxx = IsCxx, .Clashes = {}, .Missing = Missing};
}

TEST(Attempts, EndWithTheFirstThatIsDone) {
  Attempts Tries(/*StartsSliced=*/true);
  EXPECT_TRUE(Tries.current().IsSliced);
  EXPECT_FALSE(Tries.next({.IsDone = true, .HasSliced = true, .Clashes = {}}));
  EXPECT_FALSE(Tries.isFallback());
}

TEST(Attempts, LeaveHelpersToTheProgramOnce) {
  Attempts Tries(true);
  AttemptResult Clash = failed({});
  Clash.Clashes.insert("bpf_map_lookup_elem");
  EXPECT_TRUE(Tries.next(Clash));
  EXPECT_TRUE(Tries.current().OwnHelpers.contains("bpf_map_lookup_elem"));
  EXPECT_TRUE(Tries.current().IsSliced);
  EXPECT_FALSE(Tries.isFallback()); // the slice was not what failed
  EXPECT_TRUE(Tries.next(Clash));
  EXPECT_TRUE(Tries.isFallback());
}

TEST(Attempts, AddWhatTheSliceLacked) {
  Attempts Tries(true);
  std::vector<std::string> First = {"file", "inode"}, Second = {"inode", "dentry"};
  EXPECT_TRUE(Tries.next(failed(First)));
  EXPECT_TRUE(Tries.current().IsSliced);
  EXPECT_TRUE(Tries.current().Added.contains("inode"));
  EXPECT_TRUE(Tries.next(failed(Second)));
  EXPECT_TRUE(Tries.current().Added.contains("dentry"));
  EXPECT_EQ(Tries.describeFallback(), "the slice of vmlinux.h lacked 'file'; compiled again with it");
  EXPECT_FALSE(Tries.next({.IsDone = true, .HasSliced = true, .Clashes = {}}));
}

TEST(Attempts, TakeTheWholeHeaderLast) {
  Attempts Tries(true);
  EXPECT_TRUE(Tries.next(failed({}))); // an error, and no name that would help
  EXPECT_FALSE(Tries.current().IsSliced);
  EXPECT_EQ(Tries.describeFallback(), "the slice of vmlinux.h did not suffice; compiled again with the whole header");
  EXPECT_FALSE(Tries.next(failed({}))); // it is the source that is wrong
}

TEST(Attempts, TakeTheWholeHeaderWhenNamesAreNoneThatAreNew) {
  Attempts Tries(true);
  std::vector<std::string> Same = {"file"};
  EXPECT_TRUE(Tries.next(failed(Same)));
  EXPECT_TRUE(Tries.next(failed(Same)));
  EXPECT_FALSE(Tries.current().IsSliced);
}

TEST(Attempts, AreFew) {
  Attempts Tries(true);
  unsigned Count = 0;
  for (std::vector<std::string> Missing = {"a"}; Tries.next(failed(Missing)); Missing[0] += "a")
    ASSERT_LT(++Count, 20u);
  EXPECT_FALSE(Tries.current().IsSliced);
}

TEST(Attempts, EndWithTheWholeLibraryInCxx) {
  Attempts Tries(true);
  EXPECT_TRUE(Tries.next(failed({}, /*IsCxx=*/true)));
  EXPECT_TRUE(Tries.current().IsSliced);
  EXPECT_TRUE(Tries.current().HasWholeLibrary);
  EXPECT_FALSE(Tries.next(failed({}, /*IsCxx=*/true)));
}

TEST(Attempts, ThatStartWithTheWholeHaveNothingMore) {
  Attempts Tries(/*StartsSliced=*/false);
  EXPECT_FALSE(Tries.next(failed({})));
}
