/* bytes: the contents of a whole file, mapped where that works, else read into memory.
 *
 * A file that another program cuts short while it is mapped ends the program by SIGBUS when what is
 * gone is read.  Mappings are therefore listed, so that the handler of that signal can say which
 * file it was; where the list is full, a file is read instead.
 */
#include "file.h"
#include "visible.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_READ = 1 << 16, MAPPINGS = 32, NAME = 512 };

/* Written while no other thread works, read by the handler of a signal. */
static struct {
    const unsigned char *volatile begin; /* NULL: free */
    volatile size_t size;
    char name[NAME];
} mappings[MAPPINGS];

const char *aert_bytes_mapped(const void *address) {
    const unsigned char *at = address;
    for (int i = 0; i < MAPPINGS; i++)
        if (mappings[i].begin && at >= mappings[i].begin &&
            (size_t)(at - mappings[i].begin) < mappings[i].size)
            return mappings[i].name;
    return NULL;
}

/* Maps the file and lists it; false where that does not work. */
static bool map(AertBytes *bytes, int fd, size_t size, const char *path) {
    int i = 0;
    while (i < MAPPINGS && mappings[i].begin)
        i++;
    void *data = i < MAPPINGS ? mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
    if (data == MAP_FAILED)
        return false;
    aert_visible(path, mappings[i].name, NAME);
    mappings[i].size = size;
    mappings[i].begin = data;
    *bytes = (AertBytes){.data = data, .size = size, .mapped = true};
    return true;
}

static bool read_stream(AertBytes *bytes, int fd, const char *path, AertError *error) {
    size_t capacity = 0;
    ssize_t got = 1;
    bool fine = true;
    while (fine && got != 0) {
        if (bytes->size == capacity) {
            capacity = capacity ? capacity * 2 : FIRST_READ;
            fine = aert_grow(&bytes->data, capacity, path, error);
        }
        got = fine
                  ? read(fd, (void *)(uintptr_t)(bytes->data + bytes->size), capacity - bytes->size)
                  : 0;
        if (got > 0)
            bytes->size += (size_t)got;
        else if (got < 0 && errno != EINTR)
            fine = aert_fail_system(error, path, "read", errno);
    }
    fine = fine && (bytes->size == 0 || aert_grow(&bytes->data, bytes->size, path, error));
    if (!fine)
        aert_bytes_close(bytes);
    return fine;
}

bool aert_bytes_open(AertBytes *bytes, const char *path, AertError *error) {
    *bytes = (AertBytes){0};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* opening a pipe does not wait */
    struct stat status;
    if (fd < 0)
        return aert_fail_system(error, path, "open", errno);
    bool fine = false;
    if (fstat(fd, &status) != 0) {
        aert_fail_system(error, path, "read", errno);
    } else if (S_ISDIR(status.st_mode)) {
        aert_fail_system(error, path, "read", EISDIR);
    } else if (!S_ISREG(status.st_mode)) {
        aert_fail(error, "%s: is a %s, wanted a file", path,
                  S_ISFIFO(status.st_mode)   ? "pipe"
                  : S_ISSOCK(status.st_mode) ? "socket"
                                             : "device");
    } else {
        fine = (status.st_size > 0 && map(bytes, fd, (size_t)status.st_size, path)) ||
               read_stream(bytes, fd, path, error);
    }
    close(fd);
    return fine;
}

void aert_bytes_close(AertBytes *bytes) {
    for (int i = 0; bytes->mapped && i < MAPPINGS; i++)
        if (mappings[i].begin == bytes->data)
            mappings[i].begin = NULL;
    if (bytes->mapped)
        munmap((void *)(uintptr_t)bytes->data, bytes->size);
    else
        free((void *)(uintptr_t)bytes->data);
    *bytes = (AertBytes){0};
}
