#!/usr/bin/env bash
# clang.sh SOURCE BUILD: everything compiles without a warning with clang as well, whose warnings do not depend on what it optimises, so
# that it need not make any code.
set -euo pipefail
command -v clang >/dev/null || { echo "skipped: no clang"; exit 77; }
python3 - "$1" "$2" <<'END'
import concurrent.futures, json, re, shlex, subprocess, sys, tempfile


def words_of(command):
    """What clang is told of a file, but for its name."""
    words = shlex.split(command["command"])
    at = words.index("-o")
    words = [*words[1:at], *words[at + 2:], "-fsyntax-only"]
    # no -fno-…, nor what undoes one: how gcc makes code, in words of its own
    undone = {"-f" + word[5:] for word in words if word.startswith("-fno-")}
    drop = {"-c", command["file"], *undone}
    return tuple(word for word in words if word not in drop and not word.startswith("-fno-"))


# Headers of C itself that half of all files include, by themselves or by others.
STANDARD = "ctype errno float inttypes limits math stdarg stdbool stddef stdint stdio stdlib string".split()


def read_once(files, folder, start):
    """Options that give clang the headers of C as it has read them once, which takes as long as all else in a file, and the files
    that may have them: those that ask for nothing of the system's before they include one."""
    with open(folder + "/c.h", "w") as out:
        out.writelines(f"#include <{header}.h>\n" for header in STANDARD)
    make = ["-emit-pch" if word == "-fsyntax-only" else word for word in start[:-1]]
    make[make.index("-x") + 1] = "c-header"
    subprocess.run([*make, "-o", folder + "/c.pch", folder + "/c.h"], check=True)
    return ["-include-pch", folder + "/c.pch"], [name for name in files if not re.search(r"^#define _", open(name).read(), re.M)]


def check(group):
    """All files that are told the same: in one process, since clang takes longer to start than for a file."""
    (directory, words), files = group
    first = subprocess.run(["clang", *words, "-###", files[0]], cwd=directory, capture_output=True, text=True)
    start = shlex.split(first.stderr.splitlines()[-1])
    if "-cc1" not in start or start[-1] != files[0]:
        sys.exit("clang -### says something else: " + first.stderr)
    if len(files) >= 10:
        with tempfile.TemporaryDirectory() as folder:
            at = start.index("-x")
            shared, fit = read_once(files, folder, start)
            # What fails, which a name that a header has too may do, is looked at once more as it is, and tells.
            if not subprocess.run([*start[:at], *shared, *start[at:-1], *fit], cwd=directory, stderr=subprocess.DEVNULL).returncode:
                files = [name for name in files if name not in fit]
    return subprocess.run([*start[:-1], *files], cwd=directory).returncode if files else 0


build = sys.argv[2]
# Each file once, though several targets compile it.
commands = {c["file"]: c for c in json.load(open(build + "/compile_commands.json"))}
print(len(commands), "files")
if len(commands) < 200:
    sys.exit("compile_commands.json has not all of them")
groups = {}
for name, command in commands.items():
    groups.setdefault((command["directory"], words_of(command)), []).append(name)
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    sys.exit(any(list(pool.map(check, groups.items()))))
END
