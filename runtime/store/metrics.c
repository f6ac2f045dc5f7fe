/* metrics: lines appended to metrics.csv and metrics.jsonl, and both held against what the
 * checkpoint knows of them when a run is resumed.
 *
 *     epoch,total,valid.nll            {"epoch": 1, "total": 161.25, "valid.nll": 121.5}
 *     1,161.25,121.5
 *
 * Names are the model's own; those of columns may have separators, quotes and backslashes.
 */
#include "metrics.h"

#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { FILES = 2 };
static const char *const file_names[FILES] = {"metrics.csv", "metrics.jsonl"};

/* What is appended to a file: whole before any of it is written. */
typedef struct Lines {
    FILE *to; /* writes into data */
    char *data;
    size_t size;
    size_t head; /* so many bytes are the line of names, which only a new file begins with */
    bool failed; /* memory is gone, or a name is too long */
} Lines;

static void metrics_path(char path[AERT_PATH_BELOW], const char *directory, int i) {
    snprintf(path, AERT_PATH_BELOW, "%s/%s", directory, file_names[i]);
}

static void put_csv(Lines *text, int64_t epoch, const char *stage, int count,
                    const char *const *name, const double *value) {
    char field[1000];
    fputs(stage ? "epoch,stage" : "epoch", text->to);
    for (int i = 0; i < count; i++)
        if (AERT_CSV_ROOM(name[i]) <= sizeof field)
            fprintf(text->to, ",%s", aert_csv_text(name[i], field));
        else
            text->failed = true;
    fputc('\n', text->to);
    fflush(text->to); /* which says how long it is */
    text->head = text->size;
    fprintf(text->to, "%" PRId64, epoch);
    if (stage)
        fprintf(text->to, ",%s", stage);
    for (int i = 0; i < count; i++)
        fprintf(text->to, ",%s", aert_number_text(value[i], field));
    fputc('\n', text->to);
}

static void put_json(Lines *text, int64_t epoch, const char *stage, int count,
                     const char *const *name, const double *value) {
    AertJson json = {.to = text->to};
    aert_json_object(&json, NULL);
    aert_json_count(&json, "epoch", (uint64_t)epoch);
    if (stage)
        aert_json_string(&json, "stage", stage);
    for (int i = 0; i < count; i++)
        aert_json_number(&json, name[i], value[i]);
    aert_json_end(&json);
}

/* One write at the end of the file, which has then reached the disk; one that fails half way is
 * taken back. */
static bool append(const char *path, const char *data, size_t size, AertMetricsFile *file,
                   AertError *error) {
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0666);
    struct stat status = {0};
    if (fd < 0)
        return aert_fail_system(error, path, "write", errno);
    int code = fstat(fd, &status) != 0 ? errno : 0;
    for (size_t done = 0; done < size && code == 0;) {
        ssize_t more = write(fd, data + done, size - done);
        if (more > 0)
            done += (size_t)more;
        else if (more == 0 || errno != EINTR)
            code = more == 0 ? EIO : errno;
    }
    if (code && S_ISREG(status.st_mode) && truncate(path, status.st_size) != 0)
        code = errno;
    if (!code && fsync(fd) != 0 && errno != EINVAL && errno != ENOTSUP)
        code = errno;
    if (close(fd) != 0 && code == 0 && errno != EINTR)
        code = errno;
    if (code)
        return aert_fail_system(error, path, "write", code);
    file->crc = (int64_t)crc32_z((uLong)file->crc, (const Bytef *)data, size);
    file->bytes += (int64_t)size;
    return true;
}

/* Appends the lines of an epoch; that of the names only to a file that is new or empty.  One that
 * begins with other names is an error. */
static bool add_lines(const char *path, const Lines *text, AertMetricsFile *file,
                      AertError *error) {
    size_t head = 0;
    if (text->failed)
        return aert_fail(error, "out of memory: a line of %s", path);
    if (text->head && access(path, F_OK) == 0) {
        AertBytes bytes;
        if (!aert_bytes_open(&bytes, path, error))
            return false;
        head = bytes.size ? text->head : 0;
        bool same = head == 0 || (bytes.size >= head && memcmp(bytes.data, text->data, head) == 0);
        aert_bytes_close(&bytes);
        if (!same)
            return aert_fail(error, "%s: its first line names other values than this run has",
                             path);
    }
    return append(path, text->data + head, text->size - head, file, error);
}

bool aert_metrics_append(const char *directory, int64_t epoch, const char *stage, int count,
                         const char *const *name, const double *value, AertMetrics *metrics,
                         AertError *error) {
    AertMetricsFile *const file[FILES] = {&metrics->csv, &metrics->json};
    bool fine = true;
    for (int i = 0; i < FILES && fine; i++) {
        Lines text = {0};
        char path[AERT_PATH_BELOW];
        metrics_path(path, directory, i);
        text.to = open_memstream(&text.data, &text.size);
        if (text.to)
            (i == 0 ? put_csv : put_json)(&text, epoch, stage, count, name, value);
        bool lost = text.to && ferror(text.to);
        text.failed = text.failed || !text.to || fclose(text.to) != 0 || lost;
        fine = add_lines(path, &text, file[i], error);
        free(text.data);
    }
    return fine;
}

/* Checks that the file begins with what the run wrote, and takes back what was written after the
 * checkpoint: it is written again. */
static bool restore(const char *path, const AertMetricsFile *file, AertError *error) {
    AertBytes bytes;
    if (file->bytes == 0 && access(path, F_OK) != 0)
        return true;
    if (!aert_bytes_open(&bytes, path, error))
        return false;
    bool fine = file->bytes >= 0 && (uint64_t)file->bytes <= bytes.size &&
                (int64_t)crc32_z(0, bytes.data, (size_t)file->bytes) == file->crc;
    bool longer = bytes.size > (size_t)file->bytes;
    aert_bytes_close(&bytes);
    if (!fine)
        return aert_fail(error,
                         "%s: its first %lld bytes are not what the run wrote: put it back as it "
                         "was, or begin anew with --force",
                         path, (long long)file->bytes);
    return !longer || truncate(path, (off_t)file->bytes) == 0 ||
           aert_fail_system(error, path, "write", errno);
}

bool aert_metrics_restore(const char *directory, const AertMetrics *metrics, AertError *error) {
    const AertMetricsFile *const file[FILES] = {&metrics->csv, &metrics->json};
    bool fine = true;
    for (int i = 0; i < FILES && fine; i++) {
        char path[AERT_PATH_BELOW];
        metrics_path(path, directory, i);
        fine = restore(path, file[i], error);
    }
    return fine;
}
