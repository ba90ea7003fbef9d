#!/usr/bin/env python3
"""bench/corpus: bpfcc++ on BPF programs that others wrote, with the flags and headers of their projects, against clang + bpftool.

    bench/corpus/run.py [--skeletons] [--load] [--elsewhere] [--time N] [--only NAME…] [--lines FILE] [--words] [--output FILE]

The projects come from Debian's source packages, by apt-get with lists of its own, into build/corpus; nothing of them is committed. A version
that the mirror has no longer is skipped, and said. --lines takes lines of anything instead: JSON, a list of [folder, source, [flag, …]].

For each project: lines; how many clang compiles, and bpfcc++ of these; how many have clang's instructions (numbers of types aside); fallbacks,
where the slice of vmlinux.h did not do; lines about which bpfcc++ says something that clang does not. --skeletons: how many skeletons compile
as C++17. --load: objects of clang's that load, and of ours. --time: the ratio of the peer's wall time, clang + bpftool gen object + bpftool gen
skeleton, to that of bpfcc++ for the same skeleton; the two take turns, and the best of N rounds counts. --elsewhere: how many lines give the same
object, byte for byte, with other options that change nothing, and how many as distcc does it: preprocessed (-E -frewrite-includes), and compiled
in an empty folder without the options that are about preprocessing. What failed or differs is listed behind.
CLANG, BPFTOOL, BPFCC and LOAD_OBJECT name the tools.
"""
import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from objects import Object, loads, run  # noqa: E402
from projects import PROJECTS, Line, Setting  # noqa: E402
from tools import BPFCC, BPFTOOL, CLANG, ROOT  # noqa: E402

BUILD = os.path.join(ROOT, "build/corpus")
SUITES = ["bookworm", "trixie", "sid"]
OURS = re.compile(r"^(.*?)(?::\d+)?(?::\d+)?: (warning|error): (.*) \[(?:-Werror,)?-W(bpf-[a-z-]+)")
FALLBACK = re.compile(r"\[-Rbpf-vmlinux\]|again, with the whole vmlinux")


class Packages:
    """Debian's source packages, fetched once into build/corpus."""

    def __init__(self):
        self.apt = os.path.join(BUILD, "apt")
        for folder in ("lists/partial", "cache/archives/partial"):
            os.makedirs(os.path.join(self.apt, folder), exist_ok=True)
        self.sources = os.path.join(self.apt, "sources.list")
        open(self.sources, "w").close()
        for suite in SUITES:
            self.add("http://deb.debian.org/debian", suite)
        with open(os.path.join(self.apt, "apt.conf"), "w") as out:
            out.write(f'Dir::Etc::sourcelist "{self.sources}";\nDir::Etc::sourceparts "-";\nDir::State::lists "{self.apt}/lists";\n'
                      f'Dir::Cache "{self.apt}/cache";\nAPT::Sandbox::User "root";\n')
        self.environment = dict(os.environ, APT_CONFIG=os.path.join(self.apt, "apt.conf"))
        self.is_updated = False

    def add(self, mirror, suite):
        with open(self.sources, "a") as out:
            out.write(f"deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] {mirror} {suite} main\n")

    def run(self, *command, **options):
        return subprocess.run(command, capture_output=True, text=True, env=self.environment, **options)

    def versions(self, package, series):
        if not self.is_updated:
            self.run("apt-get", "update", "-q")
            self.is_updated = True
        shown = self.run("apt-cache", "showsrc", "--only-source", package).stdout
        found = {v for v in re.findall(r"(?m)^Version: (\S+)", shown) if v.startswith(series)}
        key = lambda v: [int(part) if part.isdigit() else 0 for part in re.split(r"\D+", v)]  # noqa: E731
        return sorted(found, key=key, reverse=True)

    def unpack(self, package, series, members=None):
        """The folder with the package's upstream sources; None where the mirror has no version of that series."""
        folder = os.path.join(BUILD, "sources", f"{package}-{series or 'any'}".replace(":", ""))
        if os.path.isdir(folder):
            return folder
        downloads = os.path.join(BUILD, "downloads")
        os.makedirs(downloads, exist_ok=True)
        for version in self.versions(package, series or ""):
            self.run("apt-get", "source", "-q", "--download-only", "--only-source", f"{package}={version}", cwd=downloads)
            upstream = re.sub(r"^\d+:", "", version).rsplit("-", 1)[0]
            archives = [name for name in os.listdir(downloads) if re.fullmatch(re.escape(f"{package}_{upstream}.orig.tar.") + r"(gz|xz|bz2)", name)]
            if not archives:
                continue
            os.makedirs(folder + ".part", exist_ok=True)
            pick = ["--wildcards", *members] if members else []
            subprocess.run(["tar", "xf", os.path.join(downloads, archives[0]), "-C", folder + ".part", "--strip-components=1", *pick],
                           stderr=subprocess.DEVNULL)  # members that are not there are none
            os.rename(folder + ".part", folder)
            with open(os.path.join(folder, ".version"), "w") as out:
                out.write(version)
            return folder
        return None


class Result:
    """What became of one line."""

    def __init__(self, line):
        self.line = line
        self.clang = self.ours = self.same = self.defined = self.fallback = False
        self.skeleton = self.clang_loads = self.loads = self.reproducible = self.elsewhere = None
        self.words, self.problem, self.error, self.ratio = [], "", "", None

    def name(self):
        return os.path.basename(self.line.source)


def peer_object(line, folder):
    """Clang's object and its disassembly, made once: (path, instructions), or None where clang refuses the line."""
    key = hashlib.sha256(json.dumps([CLANG, line[:3]]).encode()).hexdigest()[:24]
    path = os.path.join(folder, key + ".o")
    if not os.path.exists(path + ".asm"):
        done = subprocess.run([CLANG, *line.flags, "-c", line.source, "-o", path], capture_output=True, text=True, cwd=line.folder)
        with open(path + ".asm.part", "w") as out:
            out.write(done.stderr if done.returncode else Object(path).instructions())
        if done.returncode and os.path.exists(path):
            os.remove(path)
        os.rename(path + ".asm.part", path + ".asm")
    if not os.path.exists(path):
        return None
    with open(path + ".asm") as text:
        return path, text.read()


def compile_line(line, folder, options):
    result = Result(line)
    peer = peer_object(line, os.path.join(folder, "peer"))
    if not peer:
        return result
    result.clang = True
    base = os.path.join(folder, "ours", hashlib.sha256(json.dumps(line).encode()).hexdigest()[:24])
    done = subprocess.run([BPFCC, *line.flags, *line.ours, *options.flag, "-Rbpf-vmlinux", "-c", line.source, "-o", base + ".o"],
                          capture_output=True, text=True, cwd=line.folder)
    result.ours = done.returncode == 0
    result.fallback = bool(FALLBACK.search(done.stderr))
    for text in done.stderr.splitlines():
        if match := OURS.match(text):
            result.words.append((match[4], match[2], match[1], match[3]))
        elif not result.ours and ": error: " in text or text.startswith("bpfcc++: "):
            result.error = result.error or text
        if FALLBACK.search(text) and not result.problem:
            result.problem = text
    if not result.ours:
        result.error = result.error or (done.stderr.strip().splitlines() or ["no message"])[0]
        return result
    ours = Object(base + ".o").instructions()
    result.same = ours == peer[1]
    if not result.same:  # where glibc's headers, without the macro of an architecture, have types of 32 bits
        other = peer_object(line._replace(flags=line.flags + ["-D__x86_64__"]), os.path.join(folder, "peer"))
        result.same = result.defined = bool(other) and ours == other[1]
    if options.elsewhere:
        compile_elsewhere(result, line, base)
    if options.load:
        linked = base + ".peer.o"
        run(BPFTOOL, "gen", "object", linked, peer[0])
        result.clang_loads, result.loads = loads(linked), loads(base + ".o")
    if options.skeletons and not line.ours:
        made = subprocess.run([BPFCC, *line.flags, *options.flag, "-w", line.source, "--name=bench", "-o", base + ".skel.hpp"], capture_output=True,
                              text=True, cwd=line.folder)
        compiled = made.returncode == 0 and subprocess.run(
            ["g++", "-std=c++17", "-fsyntax-only", "-x", "c++", "-I" + os.path.join(ROOT, "headers"), base + ".skel.hpp"],
            capture_output=True, text=True)
        result.skeleton = bool(compiled) and compiled.returncode == 0
        if not result.skeleton:
            result.error = ((made.stderr if made.returncode else compiled.stderr).strip().splitlines() or ["?"])[0]
    return result


def for_compiling(flags):
    """The flags without those of the preprocessor, as distcc leaves them out."""
    kept, skips = [], False
    for flag in flags:
        if skips:
            skips = False
        elif flag in ("-I", "-D", "-U", "-isystem", "-idirafter", "-include", "-iquote"):
            skips = True
        elif not flag.startswith(("-I", "-D", "-U", "-isystem", "-idirafter", "-include", "-iquote")):
            kept.append(flag)
    return kept


def compile_elsewhere(result, line, base):
    """Whether the object base.o is made again where something else is on the heap, and where no header is."""
    def makes_same(command, folder):
        done = subprocess.run([*command, "-o", base + ".again.o"], capture_output=True, text=True, cwd=folder)
        if done.returncode:
            result.error = result.error or (done.stderr.strip().splitlines() or ["no message"])[0]
            return False
        with open(base + ".o", "rb") as one, open(base + ".again.o", "rb") as other:
            return one.read() == other.read()

    noise = [f"-DBENCH_NOISE_{number}={number}" for number in range(40)]
    result.reproducible = makes_same([BPFCC, *line.flags, *line.ours, *noise, "-w", "-c", line.source], line.folder)
    ending = ".i" if line.source.endswith(".c") else ".ii"
    sent = subprocess.run([BPFCC, *line.flags, *line.ours, "-frewrite-includes", "-E", line.source, "-o", base + ending], capture_output=True, text=True,
                          cwd=line.folder)
    with tempfile.TemporaryDirectory() as empty:
        result.elsewhere = sent.returncode == 0 and makes_same(
            [BPFCC, *for_compiling([*line.flags, *line.ours]), "-frewrite-includes", "-w", "-c", base + ending], empty)
    os.remove(base + ending) if sent.returncode == 0 else None


def wall(commands, folder):
    """Milliseconds of commands that run in turn; None if one fails."""
    start = time.perf_counter()
    for command, output in commands:
        with open(output or os.devnull, "wb") as out:
            if subprocess.run(command, stdout=out, stderr=subprocess.DEVNULL, cwd=folder).returncode:
                return None
    return 1000 * (time.perf_counter() - start)


def time_line(line, folder, rounds, flag):
    """Best milliseconds of the peer and of ours, source to skeleton; None where one of them does not get there."""
    base = os.path.join(folder, "timed")
    peer = [([CLANG, *line.flags, "-c", line.source, "-o", base + ".bpf.o"], None), ([BPFTOOL, "gen", "object", base + ".o", base + ".bpf.o"], None),
            ([BPFTOOL, "gen", "skeleton", base + ".o", "name", "bench"], base + ".skel.h")]
    ours = [([BPFCC, *line.flags, *line.ours, *flag, line.source, "--name=bench", "-o", base + ".skel.hpp"], None)]
    best = [None, None]
    for _ in range(rounds):
        for index, commands in enumerate((peer, ours)):
            spent = wall(commands, line.folder)
            if spent is None:
                return None
            best[index] = min(best[index] or spent, spent)
    return best


def report(title, results, times, options):
    counted = [r for r in results if r.clang]
    said = [r for r in counted if r.words]
    columns = [title, len(results), len(counted), sum(r.ours for r in counted), sum(r.same for r in counted), sum(r.fallback for r in counted),
               len(said)]
    text = "{:22} {:>6} {:>6} {:>6} {:>6} {:>9} {:>6}".format(*columns)
    if options.skeletons:
        text += f" {sum(bool(r.skeleton) for r in counted):>9}"
    if options.load:
        text += f" {sum(bool(r.clang_loads) for r in counted):>6} {sum(bool(r.loads) for r in counted):>6}"
    if options.elsewhere:
        text += f" {sum(bool(r.reproducible) for r in counted):>12} {sum(bool(r.elsewhere) for r in counted):>9}"
    if options.time and times:
        peer, ours = (statistics.mean(t[i] for t in times) for i in (0, 1))
        text += f" {peer:8.0f} {ours:7.1f} {peer / ours:6.1f}x"
    print(text, flush=True)


def details(title, results, options):
    def show(what, rows, text):
        for r in rows:
            print(f"  {title}: {r.name()}: {what}: {text(r)[:300]}")
    counted = [r for r in results if r.clang]
    show("refused", [r for r in counted if not r.ours], lambda r: r.error)
    show("other instructions", [r for r in counted if r.ours and not r.same], lambda r: "")
    show("clang's instructions with -D__x86_64__", [r for r in counted if r.defined], lambda r: "")
    show("fallback", [r for r in counted if r.fallback], lambda r: r.problem)
    show("skeleton", [r for r in counted if r.ours and r.skeleton is False], lambda r: r.error)
    show("other bytes", [r for r in counted if r.reproducible is False], lambda r: r.error)
    show("elsewhere", [r for r in counted if r.elsewhere is False], lambda r: r.error)
    show("loads less", [r for r in counted if r.clang_loads and not r.loads], lambda r: "")
    if options.words:
        for r in counted:
            for check, level, place, message in r.words:
                print(f"  {title}: {r.name()}: {level} {check}: {message[:200]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--skeletons", action="store_true")
    parser.add_argument("--load", action="store_true")
    parser.add_argument("--elsewhere", action="store_true")
    parser.add_argument("--time", type=int, metavar="N", help="rounds")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="projects whose name contains it")
    parser.add_argument("--lines", metavar="FILE", help="JSON: [[folder, source, [flag, …]], …]")
    parser.add_argument("--words", action="store_true", help="list what bpfcc++ says")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take each Nth line only")
    parser.add_argument("--flag", action="append", default=[], help="one more flag for bpfcc++, such as --flag=--vmlinux-slice=strict")
    parser.add_argument("--output", metavar="FILE", help="all results, as JSON")
    options = parser.parse_args()
    packages, skipped, everything, listed = Packages(), [], [], []
    print(f"{'project':22} {'lines':>6} {'clang':>6} {'ours':>6} {'same':>6} {'fallbacks':>9} {'words':>6}"
          + (f" {'skeletons':>9}" if options.skeletons else "") + (f" {'loads':>6} {'ours':>6}" if options.load else "")
          + (f" {'reproducible':>12} {'elsewhere':>9}" if options.elsewhere else "")
          + (f" {'peer ms':>8} {'ours ms':>7} {'ratio':>7}" if options.time else ""))

    def measure(title, lines):
        folder = os.path.join(BUILD, "work", re.sub(r"\W+", "-", title))
        for sub in ("peer", "ours"):
            os.makedirs(os.path.join(folder, sub), exist_ok=True)
        lines = lines[::options.every]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(lambda line: compile_line(line, folder, options), lines))
        times = [t for r in results if r.ours for t in [time_line(r.line, folder, options.time, options.flag)] if t] if options.time else []
        report(title, results, times, options)
        everything.extend(results)
        listed.append((title, results))

    if options.lines:
        with open(options.lines) as text:
            measure(os.path.basename(options.lines), [Line(*row) for row in json.load(text)])
    for project in [] if options.lines else PROJECTS:
        if options.only and not any(word in project.name for word in options.only):
            continue
        root = packages.unpack(project.package, project.series, project.members)
        if not root:
            skipped.append(f"{project.name}: the mirror has no {project.package} {project.series}*")
            continue
        setting = Setting(root, os.path.join(BUILD, "work", re.sub(r"\W+", "-", project.name)), packages.unpack)
        measure(project.name, project.lines(setting))
    report("all", everything, [], argparse.Namespace(**dict(vars(options), time=None)))
    for text in skipped:
        print("skipped:", text)
    for title, results in listed:
        details(title, results, options)
    checks = collections.Counter(check for r in everything for check in {w[0] for w in r.words})
    print("lines by check:", ", ".join(f"{name} {count}" for name, count in checks.most_common()) or "none")
    if options.output:
        with open(options.output, "w") as out:
            json.dump([vars(r) for r in everything], out, indent=1)
    shutil.rmtree(os.path.join(BUILD, "work", "tmp"), ignore_errors=True)


if __name__ == "__main__":
    main()
