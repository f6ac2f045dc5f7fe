/* Kills a program at a chosen moment: loaded before libc (LD_PRELOAD), it stands between the
 * program and every call that changes a file or a folder.
 *
 *     export LD_PRELOAD=killer.so KILL_LOG=log
 *     KILL_AT=17 ./program train …                       in place of the 17th such call
 *     KILL_WHAT='rename checkpoint' ./program train …    in place of the first one of that name
 *
 * What it was about to do is appended to the log, as "rename checkpoint"; "end" where the program
 * ended by itself.  "tear checkpoint" is half of "write checkpoint"; with KILL_TORN set KILL_AT
 * tears too.  KILL_AFTER: what must have been done before KILL_WHAT counts.
 *
 * Between two such calls nothing on the disk changes: a kill at each of them leaves all that a kill
 * at any moment can leave.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, WHAT_BYTES = PATH_BYTES + 16 };

static long calls; /* so far */
static bool after; /* KILL_AFTER has been done */

static void append_to_log(const char *what) {
    const char *log = getenv("KILL_LOG");
    long fd = log ? syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND, 0666) : -1;
    size_t length = strlen(what);
    if (fd < 0 || syscall(SYS_write, (int)fd, what, length) != (long)length ||
        syscall(SYS_write, (int)fd, "\n", (size_t)1) != 1)
        _exit(3);
    syscall(SYS_close, (int)fd);
}

/* The name of a file without its folder; of a temporary that of the file which it becomes:
 * "checkpoint" for
 * ".checkpoint.4711.tmp". */
static const char *plain_name(const char *path, char name[PATH_BYTES]) {
    const char *slash = strrchr(path, '/');
    snprintf(name, PATH_BYTES, "%s", slash ? slash + 1 : path);
    size_t length = strlen(name);
    if (name[0] != '.' || length < 5 || strcmp(name + length - 4, ".tmp") != 0)
        return name;
    name[length - 4] = 0;
    *strrchr(name, '.') = 0;
    return name + 1;
}

/* Whether the call is the chosen one, and then what it does. */
static bool is_chosen(const char *verb, const char *path, char what[WHAT_BYTES]) {
    char name[PATH_BYTES];
    const char *at = getenv("KILL_AT"), *wanted = getenv("KILL_WHAT"),
               *first = getenv("KILL_AFTER");
    bool torn = strcmp(verb, "write") == 0 &&
                (getenv("KILL_TORN") || (wanted && strncmp(wanted, "tear ", 5) == 0));
    snprintf(what, WHAT_BYTES, "%s %s", torn ? "tear" : verb, plain_name(path, name));
    calls++;
    bool chosen = at ? calls == atol(at) : wanted && (!first || after) && strcmp(what, wanted) == 0;
    after = after || (first && strcmp(what, first) == 0);
    return chosen;
}

static void end(const char *what) {
    append_to_log(what);
    kill(getpid(), SIGKILL);
}

static void before(const char *verb, const char *path) {
    char what[WHAT_BYTES];
    if (is_chosen(verb, path, what))
        end(what);
}

/* The file's path, or NULL where it is no part of a run: standard output may be a file too. */
static const char *path_of(int fd, char path[PATH_BYTES]) {
    struct stat status;
    char link[64];
    if (fd <= 2 || fstat(fd, &status) != 0 || !(S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)))
        return NULL;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_BYTES - 1);
    path[length > 0 ? length : 0] = 0;
    return path;
}

ssize_t write(int fd, const void *bytes, size_t count) {
    char path[PATH_BYTES], what[WHAT_BYTES];
    if (path_of(fd, path) && is_chosen("write", path, what)) {
        if (strncmp(what, "tear ", 5) == 0)
            syscall(SYS_write, fd, bytes, count / 2);
        end(what);
    }
    return syscall(SYS_write, fd, bytes, count);
}

int fsync(int fd) {
    char path[PATH_BYTES];
    if (path_of(fd, path))
        before("sync", path);
    return (int)syscall(SYS_fsync, fd);
}

int ftruncate(int fd, off_t length) {
    char path[PATH_BYTES];
    if (path_of(fd, path))
        before("truncate", path);
    return (int)syscall(SYS_ftruncate, fd, length);
}

int truncate(const char *path, off_t length) {
    before("truncate", path);
    return (int)syscall(SYS_truncate, path, length);
}

int open(const char *path, int flags, ...) {
    mode_t mode = 0;
    va_list list;
    va_start(list, flags);
    if (flags & O_CREAT)
        mode = va_arg(list, mode_t);
    va_end(list);
    if (flags & O_CREAT)
        before("create", path);
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int rename(const char *from, const char *to) {
    before("rename", to);
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlink(const char *path) {
    before("unlink", path);
    return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int mkdir(const char *path, mode_t mode) {
    before("mkdir", path);
    return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

__attribute__((destructor)) static void tell_end(void) {
    if (getenv("KILL_LOG"))
        append_to_log("end");
}
