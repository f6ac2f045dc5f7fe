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

/* Text that is whole before any of it is written. */
typedef struct Lines {
    FILE *to; /* writes into data */
    char *data;
    size_t size;
    bool failed; /* memory is gone, or a name is too long */
} Lines;

static void lines_begin(Lines *text) {
    *text = (Lines){0};
    text->to = open_memstream(&text->data, &text->size);
}

static void lines_end(Lines *text) {
    bool lost = text->to && ferror(text->to);
    text->failed = text->failed || !text->to || fclose(text->to) != 0 || lost;
}

static void put_head(Lines *text, bool staged, int count, const char *const *name) {
    char field[1000];
    fputs(staged ? "epoch,stage" : "epoch", text->to);
    for (int i = 0; i < count; i++)
        if (AERT_CSV_ROOM(name[i]) <= sizeof field)
            fprintf(text->to, ",%s", aert_csv_text(name[i], field));
        else
            text->failed = true;
    fputc('\n', text->to);
}

static void put_csv(Lines *text, int64_t epoch, const char *stage, int count, const double *value) {
    char number[AERT_NUMBER];
    fprintf(text->to, "%" PRId64, epoch);
    if (stage)
        fprintf(text->to, ",%s", stage);
    for (int i = 0; i < count; i++)
        fprintf(text->to, ",%s", aert_number_text(value[i], number));
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
    if (code && S_ISREG(status.st_mode) && truncate(path, status.st_size) != 0)
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

/* The lines of an epoch; in a new file the line of names stands before them. */
static void make_lines(Lines *csv, Lines *json, bool fresh, int64_t epoch, const char *stage,
                       int count, const char *const *name, const double *value) {
    lines_begin(csv);
    lines_begin(json);
    if (csv->to && fresh)
        put_head(csv, stage != NULL, count, name);
    if (csv->to)
        put_csv(csv, epoch, stage, count, value);
    if (json->to)
        put_json(json, epoch, stage, count, name, value);
    lines_end(csv);
    lines_end(json);
}

bool aert_metrics_append(const char *directory, int64_t epoch, const char *stage, int count,
                         const char *const *name, const double *value, AertMetrics *metrics,
                         AertError *error) {
    Lines head, csv = {0}, json = {0};
    bool fresh = true;
    char *csv_path = aert_path_join(directory, "metrics.csv", error);
    char *json_path = csv_path ? aert_path_join(directory, "metrics.jsonl", error) : NULL;
    lines_begin(&head);
    if (head.to)
        put_head(&head, stage != NULL, count, name);
    lines_end(&head);
    bool fine = json_path && look_at_head(csv_path, &head, &fresh, error);
    if (fine) {
        make_lines(&csv, &json, fresh, epoch, stage, count, name, value);
        fine = append(csv_path, &csv, &metrics->csv, error) &&
               append(json_path, &json, &metrics->json, error);
    }
    free(head.data);
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
