/* Bytes as files, for targets that read files.
 *
 * Files cannot be mapped here: read into memory of just their size, they let the sanitizers see
 * what is read behind their end.
 */
#define _GNU_SOURCE /* memfd_create */
#include "fuzz.h"
#include "store/safetensors_parts.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

void *__wrap_mmap(void *at, size_t size, int protection, int flags, int file, off_t offset);
void *__real_mmap(void *at, size_t size, int protection, int flags, int file, off_t offset);

void *__wrap_mmap(void *at, size_t size, int protection, int flags, int file, off_t offset) {
    return file < 0 ? __real_mmap(at, size, protection, flags, file, offset) : MAP_FAILED;
}

static void fill(int file, const uint8_t *data, size_t size) {
    MUST(file >= 0 && ftruncate(file, 0) == 0 && pwrite(file, data, size, 0) == (ssize_t)size);
}

const char *fuzz_file(const uint8_t *data, size_t size) {
    static int file = -1;
    static char name[64];
    if (file < 0) {
        file = memfd_create("fuzz", MFD_CLOEXEC);
        snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    }
    fill(file, data, size);
    return name;
}

const char *fuzz_checked(const uint8_t *data, size_t size) {
    const size_t key = strlen(AERT_CRC_KEY);
    uint8_t *bytes = malloc(size + 1);
    MUST(bytes);
    memcpy(bytes, data, size);
    for (size_t i = 8; i + key + AERT_CRC_DIGITS <= size; i++) {
        if (memcmp(bytes + i, AERT_CRC_KEY, key) != 0)
            continue;
        char right[AERT_CRC_DIGITS + 1];
        memset(bytes + i + key, '0', AERT_CRC_DIGITS);
        snprintf(right, sizeof right, "%08lx", crc32_z(0, bytes, size) & 0xffffffffu);
        memcpy(bytes + i + key, right, AERT_CRC_DIGITS);
        break;
    }
    const char *path = fuzz_file(bytes, size);
    free(bytes);
    return path;
}

static char folder[32];

/* All that the folder holds are files of these names. */
static const char *const names[] = {"a.png", "metrics.csv", "metrics.jsonl"};

static void remove_folder(void) {
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[64];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

const char *fuzz_folder(const char *name, const uint8_t *data, size_t size) {
    char path[64];
    if (!folder[0]) {
        bool memory = access("/dev/shm", W_OK) == 0; /* there nothing waits for a disk */
        strcpy(folder, memory ? "/dev/shm/fuzz.XXXXXX" : "/tmp/fuzz.XXXXXX");
        MUST(mkdtemp(folder));
        atexit(remove_folder);
    }
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    fill(file, data, size);
    close(file);
    return folder;
}
