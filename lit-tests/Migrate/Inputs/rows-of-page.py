"""rows-of-page.py PAGE TESTS: compares the last column of the page's tables, GROUP/FORM, with the forms of TESTS/GROUP.test."""
import re
import sys

page, tests = sys.argv[1:]
rows = set(re.findall(r"\| ([a-z0-9-]+/[a-z0-9-]+) \|$", open(page).read(), re.M))
forms, changed = set(), set()
for group in ("maps", "macros", "values", "tail-calls", "sections", "helpers", "modernise"):
    for form, file in re.findall(r"^#--- ([a-z0-9-]+)/(\S+)$", open(f"{tests}/{group}.test").read(), re.M):
        forms.add(f"{group}/{form}")
        if ".new." in file or file == "new.c":
            changed.add(f"{group}/{form}")
for row in sorted(rows - forms):
    print(f"{row}: no test")
for form in sorted(changed - rows):
    print(f"{form}: no row")
print(f"{len(rows)} rows, each with its test")
