"""Compares what `bpfbuild relocs` says of programs with what the verifiers of kernels say.

    guards.py BPFBUILD OBJECT KERNEL…

A program that has a broken relocation, in its own code or in that of functions that begin with its name, must be refused; every other accepted."""
import json
import subprocess
import sys

bpfbuild, path, *kernels = sys.argv[1:]


def ask(*command):
    return json.loads(subprocess.run([bpfbuild, *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout)


verdicts = {}
for report in ask("verify", path, "--json", *("--kernel=" + k for k in kernels)):
    for program in report["programs"]:
        verdicts[program["program"], report["kernel"]] = program["verdict"]
broken, missing = set(), 0
for relocation in ask("relocs", path, "--json", *("--btf=" + k for k in kernels))["objects"][0]["relocations"]:
    for decision in relocation["kernels"]:
        missing += decision["fate"] == "guarded"
        if decision["fate"] == "broken":
            broken.update((p, k) for p, k in verdicts if k == decision["kernel"]
                          and (relocation["function"] == p or relocation["function"].startswith(p + "_read") or relocation["function"].startswith(p + "_has")))
wrong = [(p, k, verdict, (p, k) in broken) for (p, k), verdict in sorted(verdicts.items()) if verdict != ("refused" if (p, k) in broken else "accepted")]
for program, kernel, verdict, is_broken in wrong:
    print(f"{program} on {kernel}: {verdict}, but said to be {'broken' if is_broken else 'whole'}")
programs = {p for p, _ in verdicts}
print(f"{len(programs)} programs, {len(kernels)} kernels: {len(verdicts)} verdicts, {len(broken)} refused, {missing} relocations guarded, {len(wrong)} wrong")
sys.exit(bool(wrong))
