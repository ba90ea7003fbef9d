"""Compares what we say of the grammar of map definitions with what libbpf 1.1 said of the same objects.

    grammar-probe.py BPFBUILD FACTS FOLDER

FACTS has btf_map_probe.py, which makes the objects, and btf_map_fields_probe.csv, libbpf's answers. Only bpf-map-definition counts:
what kernels say is another test's.
"""
import csv
import json
import os
import subprocess
import sys

bpfbuild, facts, folder = sys.argv[1:]
# libbpf 1.4 and newer take __ulong(map_extra, N), an enum; we do too.
NEWER = {"map_extra_enum", "map_extra_enum64"}

source = open(os.path.join(facts, "btf_map_probe.py")).read()
definitions = source[:source.rindex("\nmain(")]
module = {"__file__": os.path.join(facts, "btf_map_probe.py"), "__name__": "probe"}
exec(compile(definitions, module["__file__"], "exec"), module)

os.makedirs(folder, exist_ok=True)
agree = differ = 0
for row in csv.DictReader(open(os.path.join(facts, "btf_map_fields_probe.csv"))):
    path = os.path.join(folder, row["case"] + ".o")
    open(path, "wb").write(module["C"][row["case"]]())
    result = subprocess.run([bpfbuild, "check", path, "--diagnostics-format=json"], capture_output=True, text=True)
    said = [json.loads(line) for line in result.stdout.splitlines()]
    errors = [d for d in said if d["severity"] == "error" and d["check"] == "bpf-map-definition"]
    crashed = result.returncode not in (0, 1) or result.returncode == 1 and not any(d["severity"] == "error" for d in said)
    if bool(errors) == (row["errno"] != "0") and not crashed or row["case"] in NEWER and not errors:
        agree += 1
        if errors:
            print(f"{row['case']}: {errors[0]['message']}")
    else:
        differ += 1
        print(f"DIFFERS {row['case']}: libbpf {row['outcome']}, we: {errors or result.stderr or 'accepted'}")
print(f"{agree} agree, {differ} differ")
sys.exit(differ != 0)
