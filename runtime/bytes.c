/* bytes: the contents of a whole file, mapped where that works, else read into memory. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_READ = 1 << 16 };

static bool read_stream(AertBytes *bytes, int fd, const char *path, AertError *error) {
    size_t capacity = 0, size = 0;
    unsigned char *data = NULL;
    for (;;) {
        if (size == capacity) {
            capacity = capacity ? capacity * 2 : FIRST_READ;
            unsigned char *more = realloc(data, capacity);
            if (!more) {
                free(data);
                return aert_fail(error, "out of memory: %zu bytes for %s", capacity, path);
            }
            data = more;
        }
        ssize_t got = read(fd, data + size, capacity - size);
        if (got > 0) {
            size += (size_t)got;
        } else if (got == 0) {
            break;
        } else if (errno != EINTR) {
            free(data);
            return aert_fail_system(error, path, "read", errno);
        }
    }
    *bytes = (AertBytes){.data = data, .size = size};
    return true;
}

bool aert_bytes_open(AertBytes *bytes, const char *path, AertError *error) {
    *bytes = (AertBytes){0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (fd < 0)
        return aert_fail_system(error, path, "open", errno);
    bool fine = false;
    if (fstat(fd, &status) != 0) {
        aert_fail_system(error, path, "read", errno);
    } else if (S_ISDIR(status.st_mode)) {
        aert_fail_system(error, path, "read", EISDIR);
    } else if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)) {
        aert_fail(error, "%s: is a device, wanted a file", path);
    } else if (S_ISREG(status.st_mode) && status.st_size > 0) {
        void *data = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        fine = data != MAP_FAILED;
        if (fine)
            *bytes = (AertBytes){.data = data, .size = (size_t)status.st_size, .mapped = true};
        else
            fine = read_stream(bytes, fd, path, error);
    } else {
        fine = read_stream(bytes, fd, path, error);
    }
    close(fd);
    return fine;
}

void aert_bytes_close(AertBytes *bytes) {
    if (bytes->mapped)
        munmap((void *)(uintptr_t)bytes->data, bytes->size);
    else
        free((void *)(uintptr_t)bytes->data);
    *bytes = (AertBytes){0};
}
