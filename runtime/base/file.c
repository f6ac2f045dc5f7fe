/* file: whole files replaced atomically: temporary, sync, rename, sync of the folder.  Folders
 * made.
 *
 * A temporary is locked for as long as its process is at work on it.  A lock ends with its process,
 * so that one which nobody holds is what a killed process left. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER = 1 << 16 };

/* The place to replace: `path` itself, or what it links to. */
static char *target_of(const char *path, AertError *error) {
    struct stat status;
    if (lstat(path, &status) == 0 && S_ISLNK(status.st_mode)) {
        char *target = realpath(path, NULL);
        if (!target)
            aert_fail_system(error, path, "follow the link", errno);
        return target;
    }
    return aert_copy(path, "a file name", error);
}

/* "runs/last.safetensors" -> "runs/.last.safetensors.4711.tmp", in the same folder so that rename
 * is atomic. */
static char *temporary_of(const char *path, AertError *error) {
    const char *slash = strrchr(path, '/');
    int folder = slash ? (int)(slash - path) + 1 : 0;
    size_t size = strlen(path) + 40;
    char *temporary = aert_allocate(size, 1, "a file name", error);
    if (temporary)
        snprintf(temporary, size, "%.*s.%s.%ld.tmp", folder, path, path + folder, (long)getpid());
    return temporary;
}

/* A new file under lock.  Where the file system has no locks it is not under one; nothing is then
 * cleared away either. */
static int create_locked(const char *path) {
    for (;;) {
        struct stat status;
        int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd < 0)
            return fd;
        flock(fd, LOCK_EX);
        if (fstat(fd, &status) != 0 || status.st_nlink > 0)
            return fd;
        close(fd); /* cleared away before it was locked */
    }
}

bool aert_file_create(AertFile *file, const char *path, AertError *error) {
    *file = (AertFile){.fd = -1};
    struct stat status;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        if (S_ISDIR(status.st_mode))
            return aert_fail_system(error, path, "write", EISDIR);
        return aert_fail(error, "%s: is a device or pipe, wanted a file that can be replaced",
                         path);
    }
    file->path = target_of(path, error);
    file->temporary = file->path ? temporary_of(file->path, error) : NULL;
    file->buffer = file->temporary ? aert_allocate(BUFFER, 1, "a write buffer", error) : NULL;
    if (file->buffer) {
        unlink(file->temporary); /* left by a killed process of the same number */
        file->fd = create_locked(file->temporary);
        if (file->fd >= 0)
            return true;
        aert_fail_system(error, path, "write", errno);
    }
    aert_file_discard(file);
    return false;
}

static bool write_all(AertFile *file, const unsigned char *bytes, size_t count) {
    while (count > 0 && file->code == 0) {
        ssize_t done = write(file->fd, bytes, count);
        if (done > 0) {
            bytes += done;
            count -= (size_t)done;
        } else if (done == 0) {
            file->code = EIO;
        } else if (errno != EINTR) {
            file->code = errno;
        }
    }
    return file->code == 0;
}

bool aert_file_write(AertFile *file, const void *bytes, size_t count) {
    if (file->code)
        return false;
    file->written += count;
    if (file->buffered + count > BUFFER) {
        size_t buffered = file->buffered;
        file->buffered = 0;
        if (!write_all(file, file->buffer, buffered))
            return false;
    }
    if (count > BUFFER)
        return write_all(file, bytes, count);
    if (count)
        memcpy(file->buffer + file->buffered, bytes, count);
    file->buffered += count;
    return true;
}

/* The folder that the file is in, to be freed; NULL: out of memory. */
static char *folder_of(const char *path) {
    const char *slash = strrchr(path, '/');
    AertError ignored;
    char *folder = aert_copy(slash ? path : ".", "a file name", &ignored);
    if (folder && slash)
        folder[slash + 1 - path] = 0;
    return folder;
}

/* Makes the rename itself durable.  Some file systems cannot sync folders, which is no failure. */
static int sync_folder(const char *path) {
    char *folder = folder_of(path);
    if (!folder)
        return ENOMEM;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), code = 0;
    if (fd >= 0 && fsync(fd) != 0 && errno == EIO)
        code = EIO;
    if (fd >= 0)
        close(fd);
    free(folder);
    return code;
}

bool aert_file_commit(AertFile *file, AertError *error) {
    int code = file->code;
    if (!code && !write_all(file, file->buffer, file->buffered))
        code = file->code;
    if (!code && !file->hasty && fsync(file->fd) != 0 && errno != EINVAL && errno != ENOTSUP)
        code = errno;
    if (!code && rename(file->temporary, file->path) != 0)
        code = errno;
    if (!code) {
        free(file->temporary); /* committed: there is no temporary to remove any more */
        file->temporary = NULL;
        code = file->hasty ? 0 : sync_folder(file->path);
    }
    if (close(file->fd) != 0 && !code && errno != EINTR) /* the lock ends here */
        code = errno;
    file->fd = -1;
    if (code)
        aert_fail_system(error, file->path, "write", code);
    aert_file_discard(file);
    return code == 0;
}

void aert_file_discard(AertFile *file) {
    if (file->temporary && file->fd >= 0)
        close(file->fd);
    if (file->temporary && file->buffer)
        unlink(file->temporary); /* written but not renamed */
    free(file->path);
    free(file->temporary);
    free(file->buffer);
    *file = (AertFile){.fd = -1};
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Whether `name` is a temporary, ".NAME.4711.tmp", of a file whose name ends in `ending`. */
static bool is_temporary(const char *name, const char *ending) {
    const char *at = name + strlen(name) - strlen(".tmp");
    if (*name != '.' || at <= name || strcmp(at, ".tmp") != 0)
        return false;
    while (at > name && is_digit(at[-1]))
        at--;
    size_t length = strlen(ending);
    return is_digit(*at) && (size_t)(at - name) >= length + 2 && at[-1] == '.' &&
           memcmp(at - 1 - length, ending, length) == 0;
}

void aert_file_sweep(const char *directory, const char *ending) {
    struct dirent **entry = NULL;
    AertError ignored;
    int count = scandir(directory, &entry, NULL, NULL);
    for (int i = 0; i < count; i++) {
        char *path = is_temporary(entry[i]->d_name, ending)
                         ? aert_path_join(directory, entry[i]->d_name, &ignored)
                         : NULL;
        int fd = path ? open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) : -1;
        if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
            unlink(path);
        if (fd >= 0)
            close(fd);
        free(path);
        free(entry[i]);
    }
    free(entry);
}

void aert_file_clear(const char *path) {
    const char *slash = strrchr(path, '/');
    char *folder = folder_of(path);
    if (folder)
        aert_file_sweep(folder, slash ? slash + 1 : path);
    free(folder);
}

/* Folders. */

static bool make_one(const char *path, AertError *error) {
    struct stat status;
    if (mkdir(path, 0777) == 0)
        return true;
    int code = errno;
    if (stat(path, &status) == 0) {
        if (S_ISDIR(status.st_mode))
            return true;
        return aert_fail(error, "%s: is a file, wanted a folder", path);
    }
    return aert_fail_system(error, path, "make the folder", code);
}

bool aert_directory_make(const char *path, AertError *error) {
    char *copy = aert_copy(path, "a file name", error);
    if (!copy)
        return false;
    bool fine = *copy != 0 || aert_fail(error, "the name of a folder is empty");
    for (char *c = copy; fine && *c; c++) {
        if (*c != '/' || c == copy)
            continue;
        *c = 0;
        fine = make_one(copy, error);
        *c = '/';
    }
    fine = fine && make_one(copy, error);
    free(copy);
    return fine;
}

char *aert_path_join(const char *directory, const char *name, AertError *error) {
    size_t length = strlen(directory), size = length + strlen(name) + 2;
    char *path = aert_allocate(size, 1, "a file name", error);
    bool slash = length > 0 && directory[length - 1] != '/';
    if (path)
        snprintf(path, size, "%s%s%s", directory, slash ? "/" : "", name);
    return path;
}

bool aert_has_suffix(const char *name, const char *suffix) {
    size_t n = strlen(name), m = strlen(suffix);
    return n >= m && strncasecmp(name + n - m, suffix, m) == 0;
}

bool aert_suffix_fits(const char *path, const char *kinds, AertError *error) {
    static const char known[] = " .png .npy .csv .tsv .txt .jpg .jpeg .gz .npz .json .f32 .xlsx "
                                ".aez .pt .pth .onnx .h5 ";
    const char *end = strrchr(path, '.');
    char kind[16];
    if (!end || strlen(end) > 8)
        return true;
    snprintf(kind, sizeof kind, "%s ", end);
    for (char *c = kind; *c; c++)
        *c |= *c >= 'A' && *c <= 'Z' ? 32 : 0;
    if (!strstr(known, kind))
        return true;
    *strchr(kind, ' ') = 0;
    return strstr(kinds, kind) || aert_fail(error, "%s: is written as %s", path, kinds);
}
