"""Asks a clangd what it makes of files: lsp.py CLANGD FOLDER BUILD FILE QUESTION…

A question is diagnostics, complete:TEXT, definition:TEXT or hover:TEXT=WORDS; TEXT is in FILE once, and the place is behind it. For each a line is
printed: the problems, the names that complete, the file that a definition is in, or what is shown, for which WORDS are waited ten seconds.
"""
import json
import os
import subprocess
import sys
import time


class Server:
    def __init__(self, clangd, build):
        self.process = subprocess.Popen([clangd, "--compile-commands-dir=" + build, "--background-index=false", "--limit-results=0", "--log=error"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.count = 0
        self.problems = {}

    def send(self, method, params, wants_answer):
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        if wants_answer:
            self.count += 1
            message["id"] = self.count
        body = json.dumps(message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def read(self):
        size = 0
        while (line := self.process.stdout.readline().strip()):
            if line.lower().startswith(b"content-length:"):
                size = int(line.split(b":")[1])
        message = json.loads(self.process.stdout.read(size))
        if message.get("method") == "textDocument/publishDiagnostics":
            self.problems[message["params"]["uri"]] = message["params"]["diagnostics"]
        return message

    def ask(self, method, params):
        self.send(method, params, True)
        while (message := self.read()).get("id") != self.count:
            pass
        return message.get("result")


def main():
    clangd, folder, build, name, *questions = sys.argv[1:]
    server = Server(clangd, build)
    server.ask("initialize", {"processId": os.getpid(), "rootUri": "file://" + folder, "capabilities": {}})
    server.send("initialized", {}, False)
    text = open(os.path.join(folder, name)).read()
    uri = "file://" + os.path.join(folder, name)
    language = "c" if name.endswith(".c") else "cpp"
    server.send("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": language, "version": 1, "text": text}}, False)
    while uri not in server.problems:
        server.read()
    for question in questions:
        kind, _, place = question.partition(":")
        if kind == "diagnostics":
            print("diagnostics:", "; ".join(each["message"].split("\n")[0] for each in server.problems[uri]) or "none")
            continue
        place, _, words = place.partition("=")
        before = text[:text.index(place) + len(place)]
        position = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
        where = {"textDocument": {"uri": uri}, "position": position}
        if kind == "complete":
            items = server.ask("textDocument/completion", where)["items"]
            print(f"complete {place}", " ".join(sorted({item["label"].strip() for item in items})))
        elif kind == "definition":
            found = server.ask("textDocument/definition", {**where, "position": {**position, "character": position["character"] - 1}})
            print(f"definition {place}", " ".join(each["uri"] for each in found))
        elif kind == "hover":
            for _ in range(40):  # comments come from clangd's index, which is made beside
                found = server.ask("textDocument/hover", {**where, "position": {**position, "character": position["character"] - 1}})
                if found and words in found["contents"]["value"]:
                    break
                time.sleep(0.25)
            print(f"hover {place}", found["contents"]["value"].replace("\n", " ") if found else "nothing")
    server.process.kill()


main()
