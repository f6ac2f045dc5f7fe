#!/usr/bin/env bash
# clang.sh SOURCE BUILD: everything compiles without a warning with clang as well, whose warnings do not depend on what it optimises, so
# that it need not make any code.
set -euo pipefail
command -v clang >/dev/null || { echo "skipped: no clang"; exit 77; }
python3 - "$1" "$2" <<'END'
import concurrent.futures, json, shlex, subprocess, sys


def check(command):
    words = shlex.split(command["command"])
    at = words.index("-o")
    words = ["clang", *words[1:at], *words[at + 2:], "-fsyntax-only"]
    # no -fno-…, nor what undoes one: how gcc makes code, in words of its own
    words = [word for word in words if word not in ("-c", "-fcaller-saves") and not word.startswith("-fno-")]
    return subprocess.run(words, cwd=command["directory"]).returncode


build = sys.argv[2]
# Each file once, though several targets compile it.
commands = {c["file"]: c for c in json.load(open(build + "/compile_commands.json"))}
print(len(commands), "files")
if len(commands) < 200:
    sys.exit("compile_commands.json has not all of them")
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    sys.exit(any(list(pool.map(check, commands.values()))))
END
