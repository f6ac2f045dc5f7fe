/* Writing what was made: a file in one piece, or a program by way of the C compiler. */
#include "driver/files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static bool complain(const char *path, const char *what) {
    fprintf(stderr, "aecc: %s: %s: %s\n", path, what, strerror(errno));
    return false;
}

static bool folder_exists(const char *path, Arena *arena) {
    const char *slash = strrchr(path, '/');
    struct stat folder;
    return !slash || stat(arena_copy(arena, path, (size_t)(slash + 1 - path)), &folder) == 0;
}

bool output_allowed(const char *path, const char *model, Arena *arena) {
    struct stat out, in;
    const char *why = !*path                        ? "wants a name that is not empty"
                      : !folder_exists(path, arena) ? "there is no such folder to write into"
                                                    : NULL;
    if (!why && stat(path, &out) == 0) {
        if (S_ISDIR(out.st_mode))
            why = "is a folder; -o wants the name of a file";
        else if (stat(model, &in) == 0 && out.st_dev == in.st_dev && out.st_ino == in.st_ino)
            why = "is the model itself and would be overwritten";
    }
    if (why)
        fprintf(stderr, "aecc: %s: %s\n", *path ? path : "-o", why);
    return !why;
}

bool file_write(const char *path, const char *text, size_t length, Arena *arena) {
    const char *temporary = arena_printf(arena, "%s.%ld.tmp", path, (long)getpid());
    FILE *file = fopen(temporary, "wb");
    if (!file)
        return complain(path, "cannot be written");
    bool good = fwrite(text, 1, length, file) == length;
    good = fflush(file) == 0 && good;
    good = fclose(file) == 0 && good;
    if (!good)
        complain(path, "cannot be written whole");
    else if (rename(temporary, path) != 0)
        good = complain(path, "cannot be put in place");
    if (!good)
        remove(temporary);
    return good;
}

/* The folder that holds include/aert and lib: aecc's own, or the one above it. */
static const char *find_home(Arena *arena) {
    char *self = arena_alloc(arena, 4096);
    ssize_t length = readlink("/proc/self/exe", self, 4095);
    if (length <= 0)
        return NULL;
    for (int up = 0; up < 2; up++) {
        char *slash = strrchr(self, '/');
        if (!slash)
            return NULL;
        *slash = 0;
        if (access(arena_printf(arena, "%s/include/aert/aert.h", self), R_OK) == 0)
            return self;
    }
    return NULL;
}

typedef struct Build {
    Arena *arena;
    const char *cc, *home, *source; /* source: the C file, a path that does not begin with - */
} Build;

/* Starts a command; -1 where that is not possible. */
static pid_t start(const char *const *arguments) {
    pid_t child = fork();
    if (child == 0) {
        execvp(arguments[0], (char *const *)(const void *)arguments);
        _exit(127);
    }
    return child;
}

static bool finish(pid_t child) {
    int status;
    if (child < 0)
        return false;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* What stands in an object file: see compiler/emit/c/model.c. */
typedef struct Part {
    const char *define, *level, *simd, *object;
} Part;

static pid_t compile_part(const Build *b, const Part *part) {
    return start((const char *const[]){
        b->cc, "-std=c11", part->level, "-march=native", "-fno-math-errno", "-fno-trapping-math",
        "-ffp-contract=fast", part->simd, "-fno-asynchronous-unwind-tables", "-fno-pie",
        part->define, arena_printf(b->arena, "-I%s/include", b->home), "-c", b->source, "-o",
        part->object, NULL});
}

/* Both parts side by side. -O2 makes vector code of the loops, which all ask for it, and does not
 * split them, as gcc's -O3 does, at conditions that hold from some element on. The doubles are
 * scalar code: half the size, and no slower where erfc and exp are the C library's. */
static bool compile_and_link(const Build *b, const char *path) {
    const Part floats = {"-DAERT_PART=32", "-O2", "-fopenmp-simd",
                         arena_printf(b->arena, "%s.32.o", b->source)};
    const Part doubles = {"-DAERT_PART=64", "-O1", "-fno-openmp-simd",
                          arena_printf(b->arena, "%s.64.o", b->source)};
    pid_t first = compile_part(b, &floats), second = compile_part(b, &doubles);
    bool good = finish(first);
    good = finish(second) && good;
    good = good && finish(start((const char *const[]){
                       b->cc, "-s", "-no-pie", "-Wl,--gc-sections,-z,noseparate-code",
                       floats.object, doubles.object, "-o", path,
                       arena_printf(b->arena, "-L%s/lib", b->home), AECC_LIBRARIES, NULL}));
    remove(floats.object);
    remove(doubles.object);
    return good;
}

bool program_build(const char *path, const char *source, size_t length, Arena *arena) {
    Build b = {.arena = arena, .home = find_home(arena)};
    if (!b.home) {
        fprintf(stderr,
                "aecc: the runtime (include/aert, lib/libaert.a) is not beside aecc; "
                "write C with -o %s.c and compile it yourself\n",
                path);
        return false;
    }
    if (*path == '-') /* the C compiler would take it for an option */
        path = arena_printf(arena, "./%s", path);
    b.source = arena_printf(arena, "%s.%ld.c", path, (long)getpid());
    b.cc = getenv("CC") && *getenv("CC") ? getenv("CC") : "cc";
    if (!file_write(b.source, source, length, arena))
        return false;
    bool good = compile_and_link(&b, path);
    remove(b.source);
    if (!good)
        fprintf(stderr, "aecc: %s did not make %s\n", b.cc, path);
    return good;
}
