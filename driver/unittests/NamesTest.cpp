//===- NamesTest.cpp ------------------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Skeleton/Names.h"
#include "gtest/gtest.h"

using namespace bpfbuild;

TEST(Names, KnowIdentifiers) {
  EXPECT_TRUE(isIdentifier("a_1"));
  for (const char *Bad : {"", "1a", "a-b", "class", "co_yield", "a b", "a;", "\xc3\xa4"})
    EXPECT_FALSE(isIdentifier(Bad)) << Bad;
}

TEST(Names, AreMadeIdentifiers) {
  EXPECT_EQ(toIdentifier("a.b-c"), "a_b_c");
  EXPECT_EQ(toIdentifier("9lives"), "_9lives");
  EXPECT_EQ(toIdentifier(""), "_");
  EXPECT_EQ(toIdentifier("new"), "new_");
  EXPECT_EQ(toIdentifier("errno"), "errno_");
  EXPECT_EQ(toIdentifier("x\"); system(\"rm"), "x____system__rm");
}

TEST(Names, DoNotClashInAScope) {
  NameScope Scope{"taken"};
  EXPECT_EQ(Scope.add("taken"), "taken_");
  EXPECT_EQ(Scope.add("a-b"), "a_b");
  EXPECT_EQ(Scope.add("a.b"), "a_b_");
  EXPECT_EQ(Scope.add("a_b"), "a_b__");
  EXPECT_EQ(Scope.add("a_b"), "a_b_3");
  EXPECT_EQ(Scope.add("a_b_4"), "a_b_4");
  EXPECT_EQ(Scope.add("a_b"), "a_b_5");
}
