"""The BTF of Debian's kernels, raw, without BPFBuild: from the images in its packages, by apt lists of its own.

    images.py FOLDER [--only REGEX] [--limit N]

FOLDER/kernels/debian/SUITE-VERSION/ARCHITECTURE/UNAME-R.btf gets the BTF of each image that the mirror has; the packages are not kept. What is
there is left alone, so that the command can be run again."""
import argparse
import concurrent.futures
import ctypes
import gzip
import io
import lzma
import os
import re
import struct
import subprocess
import sys
import tarfile
import urllib.request
import zlib

ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64", "s390x": "s390x", "ppc64el": "ppc64le", "riscv64": "riscv64", "i386": "i686", "armhf": "armv7l"}
SUITES = [("debian", s) for s in ("bullseye", "bookworm", "bookworm-updates", "bookworm-backports", "trixie", "trixie-backports", "sid", "experimental")]
SUITES += [("debian-security", s + "-security") for s in ("bullseye", "bookworm", "trixie")]
RELEASES = {"5.10": "11", "6.1": "12", "6.12": "13"}


def apt(folder):
    for name in ("lists/partial", "cache/archives/partial"):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    open(os.path.join(folder, "status"), "a").close()
    hosts = {"debian": "deb.debian.org", "debian-security": "security.debian.org"}
    with open(os.path.join(folder, "sources.list"), "w") as out:
        for archive, suite in SUITES:
            out.write(f"deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://{hosts[archive]}/{archive} {suite} main\n")
    with open(os.path.join(folder, "apt.conf"), "w") as out:
        out.write(f'Dir::Etc::sourcelist "{folder}/sources.list"; Dir::Etc::sourceparts "-"; Dir::State::lists "{folder}/lists";\n'
                  f'Dir::Cache "{folder}/cache"; Dir::State::status "{folder}/status"; APT::Sandbox::User "root"; Acquire::Languages "none";\n'
                  f'APT::Architectures {{ {" ".join(chr(34) + a + chr(34) + ";" for a in ARCHITECTURES)} }};\n')
    return dict(os.environ, APT_CONFIG=os.path.join(folder, "apt.conf"))


def addresses(folder):
    """(address, architecture) of every image."""
    kept = os.path.join(folder, "uris.txt")
    if not os.path.exists(kept):
        environment = apt(folder)
        run = lambda *command: subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout  # noqa: E731
        run("apt-get", "update", "-q")
        wanted = set()
        for entry in run("apt-cache", "dumpavail").split("\n\n"):
            fields = dict(line.split(": ", 1) for line in entry.splitlines() if ": " in line and not line.startswith(" "))
            if re.match(r"linux-image-\d", fields.get("Package", "")) and "dbg" not in fields["Package"]:
                wanted.add(f"{fields['Package']}:{fields['Architecture']}={fields['Version']}")
        with open(kept + ".part", "w") as out:
            out.write(run("apt-get", "download", "--print-uris", "-q", *sorted(wanted)))
        os.rename(kept + ".part", kept)
    with open(kept) as lines:
        for line in lines:
            address = line.split("'")[1]
            yield address, re.search(r"_([a-z0-9]+)\.deb", address)[1]


def lz4_legacy(data):
    library, at, result = ctypes.CDLL("liblz4.so.1"), 4, b""
    block = ctypes.create_string_buffer(8 << 20)
    while at + 4 <= len(data):
        length = struct.unpack_from("<I", data, at)[0]
        count = library.LZ4_decompress_safe(data[at + 4:at + 4 + length], block, length, len(block))
        if count < 0:
            break
        result += block.raw[:count]
        at += 4 + length
        if count < len(block):
            break
    return result


def decompress(data):
    if data.startswith(b"\xfd7zXZ"):
        return lzma.LZMADecompressor().decompress(data)
    if data.startswith(b"\x28\xb5\x2f\xfd"):
        return subprocess.run(["zstd", "-dcq"], input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    if data.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=io.BytesIO(data)).read() if not data.endswith(b"\0") else zlib.decompressobj(31).decompress(data)
    return lz4_legacy(data) if data.startswith(b"\x02\x21\x4c\x18") else data


def kernel_of(image):
    if image[0x202:0x206] == b"HdrS":
        offset, length = struct.unpack_from("<II", image, 0x248)
        start = ((image[0x1F1] or 4) + 1) * 512 + offset
        return decompress(image[start:start + length])
    if image[4:8] == b"zimg":
        offset, length = struct.unpack_from("<II", image, 8)
        return decompress(image[offset:offset + length])
    return decompress(image)


def btf_of(kernel):
    """The largest BTF that lies in the bytes."""
    best = b""
    for order, magic in (("<", b"\x9f\xeb\x01\x00"), (">", b"\xeb\x9f\x01\x00")):
        at = -1
        while (at := kernel.find(magic, at + 1)) >= 0:
            if at + 24 > len(kernel):
                break
            header, type_off, type_len, str_off, str_len = struct.unpack_from(order + "IIIII", kernel, at + 4)
            size = header + str_off + str_len
            if header == 24 and type_off == 0 and str_off == type_len and size <= len(kernel) - at and size > len(best):
                best = kernel[at:at + size]
    return best


def fetch(folder, address, architecture):
    done = os.path.join(folder, "done", os.path.basename(address))
    if os.path.exists(done):
        return
    name = os.path.join(folder, os.path.basename(address))
    urllib.request.urlretrieve(address, name)
    unpack = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", name], stdout=subprocess.PIPE)
    found = None
    with tarfile.open(fileobj=unpack.stdout, mode="r|") as files:
        for member in files:
            if match := re.match(r"\./(?:boot/vmlinu[xz]-(.*)|usr/lib/modules/(.*)/vmlinuz)$", member.name):
                found = match[1] or match[2], files.extractfile(member).read()
                break
    unpack.kill()
    unpack.wait()
    os.remove(name)
    btf = btf_of(kernel_of(found[1])) if found else b""
    if btf:
        series = ".".join(found[0].split(".")[:2])
        place = os.path.join(folder, "kernels", "debian", RELEASES.get(series, "sid"), ARCHITECTURES[architecture])
        os.makedirs(place, exist_ok=True)
        with open(os.path.join(place, found[0] + ".btf"), "wb") as out:
            out.write(btf)
    os.makedirs(os.path.dirname(done), exist_ok=True)
    open(done, "w").close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--only", default="", metavar="REGEX")
    parser.add_argument("--limit", type=int, default=1000)
    options = parser.parse_args()
    folder = os.path.abspath(options.folder)
    os.makedirs(folder, exist_ok=True)
    wanted = [each for each in addresses(folder) if re.search(options.only, each[0])][:options.limit]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for future, (address, _) in [(pool.submit(fetch, folder, *each), each) for each in wanted]:
            try:
                future.result()
            except Exception as problem:  # a mirror that has it no longer
                print(f"{address}: {problem}", file=sys.stderr)


if __name__ == "__main__":
    main()
