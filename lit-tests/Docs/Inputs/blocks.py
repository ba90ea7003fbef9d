"""blocks.py PAGE FOLDER: writes the code blocks of a page that have a title (```c title="probe.bpf.c") into files of these names."""
import os
import re
import sys

page, folder = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
text = open(page, encoding="utf-8").read()
written = set()
for title, code in re.findall(r'^```\w+ title="([^"]+)"\n(.*?)^```$', text, re.S | re.M):
    if title in written:
        sys.exit("%s: two blocks are called %s" % (page, title))
    written.add(title)
    with open(os.path.join(folder, title), "w", encoding="utf-8") as file:
        file.write(code)
if not written:
    sys.exit("%s: no block has a title" % page)
print(page.rsplit("/", 1)[1] + ":", *sorted(written))
