"""Applies section 6 of start.md to the files of sections 2 and 3, with the lines that the page has."""
import re
import sys

page = open(sys.argv[1], encoding="utf-8").read()
section = page[page.index("## 6."):page.index("## 7.")]
variable, question = re.findall(r"^```c\n(.*?)^```$", section, re.S | re.M)
lines, = re.findall(r"^```cpp\n(.*?)^```$", section, re.S | re.M)

source = open("starts.bpf.c").read()
source = source.replace("struct {\n", variable + "\nstruct {\n", 1)
head, body = source.split("\n{\n", 1)
declaration, rest = body.split("\n\n", 1)
source = head + "\n{\n" + question + declaration + "\n\n" + rest
open("starts.bpf.c", "w").write(source)

host = open("main.cpp").read()
host = re.sub(r"  auto skel = starts::open\(\).*\n", lambda _: lines, host, count=1)
open("main.cpp", "w").write(host)
