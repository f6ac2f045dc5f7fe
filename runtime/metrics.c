/* metrics: lines appended to metrics.csv and metrics.jsonl, and lines cut off again when a run is
 * resumed.
 *
 *     epoch,total,valid.nll            {"epoch": 1, "total": 161.25, "valid.nll": 121.5}
 *     1,161.25,121.5
 */
#include "metrics.h"

#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *aert_number_text(double value, char text[32]) {
    if (isnan(value))
        return strcpy(text, "nan");
    if (isinf(value))
        return strcpy(text, value > 0 ? "inf" : "-inf");
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, 32, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    return text;
}

/* Text that grows; `failed` once memory is gone. */
typedef struct Text {
    char *data;
    size_t size, capacity;
    bool failed;
} Text;

__attribute__((format(printf, 2, 3))) static void put(Text *text, const char *format, ...) {
    char piece[1024];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(piece, sizeof piece, format, list);
    va_end(list);
    if (length < 0 || (size_t)length >= sizeof piece)
        text->failed = true;
    if (!text->failed && text->size + (size_t)length > text->capacity) {
        size_t capacity = 2 * text->capacity + sizeof piece;
        char *more = realloc(text->data, capacity);
        text->failed = !more;
        text->data = more ? more : text->data;
        text->capacity = more ? capacity : text->capacity;
    }
    if (text->failed)
        return;
    memcpy(text->data + text->size, piece, (size_t)length);
    text->size += (size_t)length;
}

static void put_head(Text *text, bool staged, int count, const char *const *name) {
    put(text, staged ? "epoch,stage" : "epoch");
    for (int i = 0; i < count; i++)
        put(text, ",%s", name[i]);
    put(text, "\n");
}

static void put_csv(Text *text, int64_t epoch, const char *stage, int count, const double *value) {
    char number[32];
    put(text, "%" PRId64, epoch);
    if (stage)
        put(text, ",%s", stage);
    for (int i = 0; i < count; i++)
        put(text, ",%s", aert_number_text(value[i], number));
    put(text, "\n");
}

static void put_json(Text *text, int64_t epoch, const char *stage, int count,
                     const char *const *name, const double *value) {
    char number[32];
    put(text, "{\"epoch\": %" PRId64, epoch);
    if (stage)
        put(text, ", \"stage\": \"%s\"", stage);
    for (int i = 0; i < count; i++)
        put(text, ", \"%s\": %s", name[i],
            isfinite(value[i]) ? aert_number_text(value[i], number) : "null");
    put(text, "}\n");
}

/* One write at the end of the file; one that fails half way is taken back. */
static bool append(const char *path, const Text *text, AertError *error) {
    if (text->failed)
        return aert_fail(error, "out of memory: a line of %s", path);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
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
    if (close(fd) != 0 && code == 0 && errno != EINTR)
        code = errno;
    return code == 0 || aert_fail_system(error, path, "write", code);
}

/* Whether the CSV file is new or empty; an error if it begins with other names. */
static bool look_at_head(const char *path, const Text *head, bool *fresh, AertError *error) {
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
                         const char *const *name, const double *value, AertError *error) {
    Text csv = {0}, json = {0};
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
        fine = append(csv_path, &csv, error) && append(json_path, &json, error);
    }
    free(csv.data);
    free(json.data);
    free(csv_path);
    free(json_path);
    return fine;
}

/* The epoch that a line is of, or -1 for the line of names: "12,…" or {"epoch": 12, …. */
static int64_t epoch_of(const unsigned char *line, const unsigned char *end) {
    static const char key[] = "{\"epoch\": ";
    int64_t epoch = 0;
    if ((size_t)(end - line) > sizeof key - 1 && memcmp(line, key, sizeof key - 1) == 0)
        line += sizeof key - 1;
    if (line == end || *line < '0' || *line > '9')
        return -1;
    for (; line < end && *line >= '0' && *line <= '9' && epoch < INT64_MAX / 10 - 1; line++)
        epoch = epoch * 10 + (*line - '0');
    return epoch;
}

static bool cut(const char *path, int64_t epoch, AertError *error) {
    AertBytes bytes;
    AertFile file;
    if (access(path, F_OK) != 0)
        return true;
    if (!aert_bytes_open(&bytes, path, error))
        return false;
    bool fine = aert_file_create(&file, path, error);
    const unsigned char *line = bytes.data, *end = bytes.data + bytes.size;
    while (fine && line < end) {
        const unsigned char *newline = memchr(line, '\n', (size_t)(end - line));
        if (!newline)
            break; /* cut short when the run was killed */
        if (epoch_of(line, newline) <= epoch)
            aert_file_write(&file, line, (size_t)(newline + 1 - line));
        line = newline + 1;
    }
    if (fine)
        fine = aert_file_commit(&file, error);
    aert_bytes_close(&bytes);
    return fine;
}

bool aert_metrics_cut(const char *directory, int64_t epoch, AertError *error) {
    char *csv = aert_path_join(directory, "metrics.csv", error);
    char *json = csv ? aert_path_join(directory, "metrics.jsonl", error) : NULL;
    bool fine = json && cut(csv, epoch, error) && cut(json, epoch, error);
    free(csv);
    free(json);
    return fine;
}
