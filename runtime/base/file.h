/* file: whole files read, mapped, or replaced atomically.
 *
 * A file is written beside its final place under a temporary name, synced, renamed over the old one
 * and the folder synced: at every moment the name holds either the whole old file or the whole new
 * one.
 *
 *     AertFile file;
 *     if (!aert_file_create(&file, "runs/last.safetensors", error)) return false;
 *     aert_file_write(&file, header, n);      // errors are kept, not lost …
 *     aert_file_write(&file, data, m);
 *     return aert_file_commit(&file, error);  // … and reported here; no temporary is left
 */
#ifndef AERT_FILE_H
#define AERT_FILE_H

#include "error.h"
#include <stdint.h>

/* Bytes of a path as a user gives it, of a folder or a file, and of a file of ours in such a
 * folder; their ends included. */
enum { AERT_PATH = 4096, AERT_PATH_BELOW = AERT_PATH + 64 };

typedef struct AertFile {
    char *path, *temporary;
    unsigned char *buffer;
    size_t buffered;
    uint64_t written; /* bytes given to aert_file_write so far */
    int fd;
    bool
        hasty; /* set after aert_file_create: do not wait for the disk, for what can be made anew */
    int code;  /* errno of the first failed write, or 0 */
} AertFile;

/* Opens a temporary file in the folder of `path`.  A path that exists must be a regular file or a
 * link to one. */
bool aert_file_create(AertFile *file, const char *path, AertError *error);

/* Appends bytes.  A failure is remembered and reported by aert_file_commit; false says early that
 * one happened. */
bool aert_file_write(AertFile *file, const void *bytes, size_t count);

/* Flushes, syncs, renames over `path`, syncs the folder.  On failure the earlier file is unharmed
 * and the temporary is removed.  The AertFile is finished in both cases. */
bool aert_file_commit(AertFile *file, AertError *error);

/* Gives up: removes the temporary.  Safe after a failed aert_file_create and after
 * aert_file_commit. */
void aert_file_discard(AertFile *file);

/* Removes the temporaries that killed processes left in the folder, of files whose names end in
 * `ending` ("checkpoint", ".png"); those that a living process is at work on stay. */
void aert_file_sweep(const char *directory, const char *ending);

/* The same for the one file `path`, before it is written again. */
void aert_file_clear(const char *path);

/* Bytes of a file, mapped read-only where that works, else read into memory. */
typedef struct AertBytes {
    const unsigned char *data; /* NULL when size is 0 */
    size_t size;
    bool mapped;
} AertBytes;

/* A missing file, a folder, a pipe, a device or an unreadable file are errors; an empty file is
 * not. */
bool aert_bytes_open(AertBytes *bytes, const char *path, AertError *error);
void aert_bytes_close(AertBytes *bytes);

/* The name, fit for a terminal, of the file that is mapped at the address, or NULL.  May be called
 * by the handler of a signal. */
const char *aert_bytes_mapped(const void *address);

/* Makes the folder and those above it where they are missing (mode 0777 less the umask). */
bool aert_directory_make(const char *path, AertError *error);

/* Whether a name ends so: ".npy". */
bool aert_has_suffix(const char *name, const char *suffix);

/* Whether a file of this name may be written by who writes `kinds`, ".png .npy": a name that says
 * another kind that is known would be a lie. */
bool aert_suffix_fits(const char *path, const char *kinds, AertError *error);

/* "DIR/NAME" in memory of its own; free() it. */
char *aert_path_join(const char *directory, const char *name, AertError *error);

#endif
