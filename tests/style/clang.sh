#!/usr/bin/env bash
# clang.sh SOURCE BUILD: everything compiles without a warning with clang as well, whose warnings do not depend on what it optimises, so
# that it need not make any code.  By default the compiler and the runtime, with AECC_FULL=1 the tests too.
set -euo pipefail
command -v clang >/dev/null || { echo "skipped: no clang"; exit 77; }
python3 - "$1" "$2" <<'END'
import concurrent.futures, json, os, shlex, subprocess, sys


def check(command):
    words = shlex.split(command["command"])
    at = words.index("-o")
    words = ["clang", *words[1:at], *words[at + 2:], "-fsyntax-only"]
    words.remove("-c")
    return subprocess.run(words, cwd=command["directory"]).returncode


source, build = sys.argv[1:]
# Each file once, though several targets compile it.
commands = {c["file"]: c for c in json.load(open(build + "/compile_commands.json"))}
if not os.environ.get("AECC_FULL"):
    tests = os.path.join(source, "tests", "")
    commands = {f: c for f, c in commands.items() if not f.startswith(tests)}
print(len(commands), "files")
if len(commands) < 200:
    sys.exit("compile_commands.json has not all of them")
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    sys.exit(any(list(pool.map(check, commands.values()))))
END
