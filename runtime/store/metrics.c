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
#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* Text that grows; `failed` once memory is gone. */
typedef struct Lines {
    char *data;
    size_t size, capacity;
    bool failed;
} Lines;

static void put_bytes(Lines *text, const char *bytes, size_t size) {
    if (!text->failed && text->size + size > text->capacity) {
        size_t capacity = 2 * text->capacity + size + 1024;
        char *more = realloc(text->data, capacity);
        text->failed = !more;
        text->data = more ? more : text->data;
        text->capacity = more ? capacity : text->capacity;
    }
    if (text->failed)
        return;
    memcpy(text->data + text->size, bytes, size);
    text->size += size;
}

__attribute__((format(printf, 2, 3))) static void put(Lines *text, const char *format, ...) {
    char piece[1024];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(piece, sizeof piece, format, list);
    va_end(list);
    if (length < 0 || (size_t)length >= sizeof piece)
        text->failed = true;
    else
        put_bytes(text, piece, (size_t)length);
}

static void put_head(Lines *text, bool staged, int count, const char *const *name) {
    char field[1000];
    put(text, staged ? "epoch,stage" : "epoch");
    for (int i = 0; i < count; i++)
        if (AERT_CSV_ROOM(name[i]) <= sizeof field)
            put(text, ",%s", aert_csv_text(name[i], field));
        else
            text->failed = true;
    put(text, "\n");
}

static void put_csv(Lines *text, int64_t epoch, const char *stage, int count, const double *value) {
    char number[32];
    put(text, "%" PRId64, epoch);
    if (stage)
        put(text, ",%s", stage);
    for (int i = 0; i < count; i++)
        put(text, ",%s", aert_number_text(value[i], number));
    put(text, "\n");
}

static int put_dump(const char *bytes, size_t size, void *text) {
    put_bytes(text, bytes, size);
    return 0;
}

/* "name": value.  One at a time, since a dump writes all its numbers with as many digits; takes
 * over `value`. */
static void put_member(Lines *text, const char *name, json_t *value, int digits) {
    json_t *member = json_object();
    if (json_object_set_new(member, name, value) != 0 ||
        json_dump_callback(member, put_dump, text,
                           JSON_EMBED | JSON_REAL_PRECISION((size_t)digits)) != 0)
        text->failed = true;
    json_decref(member);
}

static void put_number(Lines *text, const char *name, double value) {
    if (!isfinite(value))
        put_member(text, name, json_null(), 0);
    else if (value == floor(value) && fabs(value) < 0x1p53 && !(value == 0 && signbit(value)))
        put_member(text, name, json_integer((json_int_t)value), 0);
    else
        put_member(text, name, json_real(value), aert_number_digits(value));
}

static void put_json(Lines *text, int64_t epoch, const char *stage, int count,
                     const char *const *name, const double *value) {
    put(text, "{");
    put_member(text, "epoch", json_integer(epoch), 0);
    if (stage) {
        put(text, ", ");
        put_member(text, "stage", json_string(stage), 0);
    }
    for (int i = 0; i < count; i++) {
        put(text, ", ");
        put_number(text, name[i], value[i]);
    }
    put(text, "}\n");
}

/* One write at the end of the file, which has then reached the disk; one that fails half way is
 * taken back. */
static bool append(const char *path, const Lines *text, AertMetricsFile *file, AertError *error) {
    if (text->failed)
        return aert_fail(error, "out of memory: a line of %s", path);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0666);
    struct stat status = {0};
    if (fd < 0)
        return aert_fail_system(error, path, "write", errno);
    int code = fstat(fd, &status) != 0 ? errno : 0;
    for (size_t done = 0; done < text->size && code == 0;) {
        ssize_t more = write(fd, text->data + done, text->size - done);
        if (more > 0)
            done += (size_t)more;
        else if (more == 0 || errno != EINTR)
            code = more == 0 ? EIO : errno;
    }
    if (code && S_ISREG(status.st_mode) && ftruncate(fd, status.st_size) != 0)
        code = errno;
    if (!code && fsync(fd) != 0 && errno != EINVAL && errno != ENOTSUP)
        code = errno;
    if (close(fd) != 0 && code == 0 && errno != EINTR)
        code = errno;
    if (code)
        return aert_fail_system(error, path, "write", code);
    file->crc = (int64_t)crc32_z((uLong)file->crc, (const Bytef *)text->data, text->size);
    file->bytes += (int64_t)text->size;
    return true;
}

/* Whether the CSV file is new or empty; an error if it begins with other names. */
static bool look_at_head(const char *path, const Lines *head, bool *fresh, AertError *error) {
    AertBytes bytes;
    *fresh = true;
    if (access(path, F_OK) != 0)
        return true;
    if (!aert_bytes_open(&bytes, path, error))
        return false;
    *fresh = bytes.size == 0;
    bool same = head->failed || *fresh ||
                (bytes.size >= head->size && memcmp(bytes.data, head->data, head->size) == 0);
    aert_bytes_close(&bytes);
    return same ||
           aert_fail(error, "%s: its first line names other values than this run has", path);
}

bool aert_metrics_append(const char *directory, int64_t epoch, const char *stage, int count,
                         const char *const *name, const double *value, AertMetrics *metrics,
                         AertError *error) {
    Lines csv = {0}, json = {0};
    bool fresh = true;
    char *csv_path = aert_path_join(directory, "metrics.csv", error);
    char *json_path = csv_path ? aert_path_join(directory, "metrics.jsonl", error) : NULL;
    bool fine = json_path != NULL;
    if (fine) {
        put_head(&csv, stage != NULL, count, name);
        fine = look_at_head(csv_path, &csv, &fresh, error);
    }
    if (fine) {
        if (!fresh)
            csv.size = 0;
        put_csv(&csv, epoch, stage, count, value);
        put_json(&json, epoch, stage, count, name, value);
        fine = append(csv_path, &csv, &metrics->csv, error) &&
               append(json_path, &json, &metrics->json, error);
    }
    free(csv.data);
    free(json.data);
    free(csv_path);
    free(json_path);
    return fine;
}

/* Whether the file begins with what the run wrote; *longer: something follows. */
static bool begins(const char *path, const AertMetricsFile *file, bool *longer, AertError *error) {
    AertBytes bytes;
    *longer = false;
    if (file->bytes == 0 && access(path, F_OK) != 0)
        return true;
    if (!aert_bytes_open(&bytes, path, error))
        return false;
    bool fine = file->bytes >= 0 && (uint64_t)file->bytes <= bytes.size &&
                (int64_t)crc32_z(0, bytes.data, (size_t)file->bytes) == file->crc;
    if (!fine)
        aert_fail(error,
                  "%s: its first %lld bytes are not what the run wrote: put it back as it was, or "
                  "begin anew with --force",
                  path, (long long)file->bytes);
    *longer = bytes.size > (size_t)file->bytes;
    aert_bytes_close(&bytes);
    return fine;
}

/* Takes back what was written after the checkpoint: it is written again. */
static bool restore(const char *path, const AertMetricsFile *file, AertError *error) {
    bool longer;
    if (!begins(path, file, &longer, error))
        return false;
    return !longer || truncate(path, (off_t)file->bytes) == 0 ||
           aert_fail_system(error, path, "write", errno);
}

bool aert_metrics_restore(const char *directory, const AertMetrics *metrics, AertError *error) {
    char *csv = aert_path_join(directory, "metrics.csv", error);
    char *json = csv ? aert_path_join(directory, "metrics.jsonl", error) : NULL;
    bool fine = json && restore(csv, &metrics->csv, error) && restore(json, &metrics->json, error);
    free(csv);
    free(json);
    return fine;
}
