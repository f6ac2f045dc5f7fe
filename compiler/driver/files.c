/* Writing what was made: a file in one piece, or a program by way of the C compiler. */
#include "driver/files.h"
#include "driver/complain.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static bool failed(Arena *arena, const char *path, const char *what) {
    return complain(arena, "%s: %s: %s", path, what, strerror(errno));
}

static bool folder_exists(const char *path, Arena *arena) {
    const char *slash = strrchr(path, '/');
    struct stat folder;
    return !slash || stat(arena_copy(arena, path, (size_t)(slash + 1 - path)), &folder) == 0;
}

bool same_file(const char *a, const char *b) {
    struct stat one, other;
    if (stat(a, &one) == 0 && stat(b, &other) == 0)
        return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
    return strcmp(a, b) == 0;
}

bool output_allowed(const char *option, const char *path, const char *model, Arena *arena) {
    struct stat out;
    const char *why = !*path                        ? "wants a name that is not empty"
                      : !folder_exists(path, arena) ? "there is no such folder to write into"
                                                    : NULL;
    if (!why && stat(path, &out) == 0 && !S_ISREG(out.st_mode))
        why = arena_printf(arena, "is %s; %s wants the name of a file",
                           S_ISDIR(out.st_mode) ? "a folder" : "a pipe or a device", option);
    else if (!why && model && same_file(path, model))
        why = "is the model itself and would be overwritten";
    return !why || complain(arena, "%s: %s", *path ? path : option, why);
}

/* ---- writing ---- */

/* While a file is half written or a program half made, what would end aecc waits, so that nothing
 * half made stays: a signal that asks for an end comes when all is put away, a disk's or the user's
 * limit is an error of the writing. */
typedef struct Uninterrupted {
    sigset_t blocked;
    void (*size_limit)(int);
} Uninterrupted;

static Uninterrupted interrupts_wait(void) {
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGXCPU};
    Uninterrupted before;
    sigset_t waiting;
    sigemptyset(&waiting);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        sigaddset(&waiting, ends[i]);
    sigprocmask(SIG_BLOCK, &waiting, &before.blocked);
    before.size_limit = signal(SIGXFSZ, SIG_IGN);
    return before;
}

static void interrupts_come(const Uninterrupted *before) {
    signal(SIGXFSZ, before->size_limit);
    sigprocmask(SIG_SETMASK, &before->blocked, NULL);
}

/* To be put in the place of `path` once it is whole. */
static const char *temporary_of(Arena *arena, const char *path) {
    return arena_printf(arena, "%s.%ld.tmp", path, (long)getpid());
}

bool file_write(const char *path, const char *text, size_t length, Arena *arena) {
    const char *temporary = temporary_of(arena, path);
    Uninterrupted before = interrupts_wait();
    FILE *file = fopen(temporary, "wb");
    bool opened = file != NULL, good = opened && fwrite(text, 1, length, file) == length;
    good = opened && fflush(file) == 0 && good;
    good = opened && fclose(file) == 0 && good;
    bool whole = good;
    good = good && rename(temporary, path) == 0;
    if (!good)
        failed(arena, path,
               !opened  ? "cannot be written"
               : !whole ? "cannot be written whole"
                        : "cannot be put in place");
    if (opened && !good)
        remove(temporary);
    interrupts_come(&before);
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
    const char *cc, *march, *vectors, *home;
    const char *source; /* the C file, a path that does not begin with - */
    Uninterrupted before;
} Build;

/* Starts a command; -1 where that is not possible. */
static pid_t start(const Build *b, const char *const *arguments) {
    pid_t child = fork();
    if (child == 0) {
        interrupts_come(&b->before);
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

/* What stands in an object file: see compiler/emit/trainer/trainer.c. */
typedef struct ObjectPart {
    const char *define, *level, *simd, *object;
    const char *small; /* what makes less code of it */
} ObjectPart;

static pid_t compile_part(const Build *b, const ObjectPart *part) {
    return start(b, (const char *const[]){b->cc,
                                          "-std=c11",
                                          part->level,
                                          b->march,
                                          b->vectors,
                                          "-fno-math-errno",
                                          "-fno-trapping-math",
                                          "-ffp-contract=fast",
                                          part->simd,
                                          "-fno-asynchronous-unwind-tables",
                                          "-fno-pie",
                                          part->define,
                                          "--param",
                                          "vect-epilogues-nomask=0",
                                          "-Wno-unused-command-line-argument",
                                          "-Wno-ignored-optimization-argument",
                                          "-fno-align-functions",
                                          "-fno-align-jumps",
                                          "-fno-align-labels",
                                          "-ffunction-sections",
                                          part->small,
                                          arena_printf(b->arena, "-I%s/include", b->home),
                                          "-c",
                                          b->source,
                                          "-o",
                                          part->object,
                                          NULL});
}

/* `--march portable`: code that nearly all processors run, and products for every kind of vectors
 * (runtime/products/vectors.h).  Elsewhere than on x86-64 it is what the C compiler does unasked.
 */
#define PORTABLE_NAME "AERT_PORTABLE"
#define PORTABLE      "-D" PORTABLE_NAME
#if defined(__x86_64__)
#define PORTABLE_MARCH "-march=x86-64-v3"
#else
#define PORTABLE_MARCH PORTABLE
#endif

/* Both parts side by side, as small as they can be without being slower:
 *
 *     -Os                       every loop that gains by it asks to become vector code, and none
 *                               becomes `rep stos` (compiler/emit/trainer/trainer.c)
 *     vect-epilogues-nomask=0   what is left behind a loop of whole vectors is scalar: gcc would
 *                               write it once more in vectors of half the width
 *     -fno-align-…              no padding before loops and functions
 *     -ffunction-sections       what gcc makes of a function for vectors is left out where only
 *                               single numbers are given to it
 *     -Os -fno-openmp-simd      the doubles are scalar: half the size, and no slower where erfc and
 *                               exp are the C library's
 *     -fno-ivopts               nor does a loop of doubles count in several variables
 *     -z …                      what may be written begins at no page of the file, nor does code
 *
 * clang knows few of these, and -Wno-… keeps it from saying so. */
static bool compile_and_link(const Build *b, const char *path) {
    const ObjectPart floats = {"-DAERT_PART=32", "-Os", "-fopenmp-simd",
                               arena_printf(b->arena, "%s.32.o", b->source), "-fno-align-loops"};
    const ObjectPart doubles = {"-DAERT_PART=64", "-Os", "-fno-openmp-simd",
                                arena_printf(b->arena, "%s.64.o", b->source), "-fno-ivopts"};
    pid_t first = compile_part(b, &floats), second = compile_part(b, &doubles);
    bool good = finish(first);
    good = finish(second) && good;
    good = good &&
           finish(start(b, (const char *const[]){
                               b->cc, "-s", "-no-pie", "-Wl,--gc-sections,-z,noseparate-code",
                               "-Wl,-z,norelro,-z,common-page-size=64,--build-id=none",
                               floats.object, doubles.object, "-o", path,
                               arena_printf(b->arena, "-L%s/lib", b->home), AECC_LIBRARIES, NULL}));
    remove(floats.object);
    remove(doubles.object);
    return good;
}

bool program_build(const char *path, const char *march, const char *source, size_t length,
                   Arena *arena) {
    Build b = {.arena = arena, .home = find_home(arena)};
    bool portable = strcmp(march, "portable") == 0;
    b.march = portable ? PORTABLE_MARCH : arena_printf(arena, "-march=%s", march);
    b.vectors = portable ? PORTABLE : "-U" PORTABLE_NAME;
    if (!b.home)
        return complain(arena,
                        "the runtime (include/aert, lib/libaert.a) is not beside aecc; "
                        "write C with -o %s.c and compile it yourself",
                        path);
    if (*path == '-') /* the C compiler would take it for an option */
        path = arena_printf(arena, "./%s", path);
    /* a name of its own: C includes itself by it, and `path` may have quotes in it */
    const char *temporary = temporary_of(arena, path), *slash = strrchr(path, '/');
    b.source = arena_printf(arena, "%.*saecc.%ld.c", slash ? (int)(slash + 1 - path) : 0, path,
                            (long)getpid());
    b.cc = getenv("CC") && *getenv("CC") ? getenv("CC") : "cc";
    b.before = interrupts_wait();
    bool written = file_write(b.source, source, length, arena);
    bool good = written && compile_and_link(&b, temporary) && rename(temporary, path) == 0;
    if (!good)
        remove(temporary);
    remove(b.source);
    if (written && !good)
        complain(arena, "%s did not make %s", b.cc, path);
    interrupts_come(&b.before);
    return good;
}
