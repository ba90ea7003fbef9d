"""full-disk.py BPFBUILD FOLDER OLD NEW: migrates a copy of OLD on a file system, mounted at FOLDER, that has room for nothing else."""
import os
import subprocess
import sys

bpfbuild, folder, old, new = sys.argv[1:]
if os.environ.get("IN_NAMESPACE") != "1":
    sys.exit(subprocess.run(["unshare", "--mount", sys.executable, *sys.argv], env=dict(os.environ, IN_NAMESPACE="1")).returncode)
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], check=True)
with open(old, "rb") as file:
    text = file.read()
with open(f"{folder}/old.c", "wb") as file:
    file.write(text)
with open(f"{folder}/filler", "wb", buffering=0) as file:
    try:
        while file.write(b"x" * 4096):
            pass
    except OSError:
        pass
done = subprocess.run([bpfbuild, "migrate", "-i", f"{folder}/old.c"], capture_output=True, text=True)
print(done.stderr)
with open(f"{folder}/old.c", "rb") as file:
    print("old.c is the old one;" if file.read() == text and done.returncode == 1 else "old.c is lost;",
          "no other file" if sorted(os.listdir(folder)) == ["filler", "old.c"] else os.listdir(folder))
