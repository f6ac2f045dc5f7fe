/* reconstruct_moments: see reconstruct_moments.h.
 *
 *     windows of 3 moments, one every 2:   a a a             moment 2 becomes  (a + b) / 2
 *                                              b b b
 */
#include "reconstruct_moments.h"

#include <limits.h>
#include <stdlib.h>

/* For each moment and channel the sum of what the windows that hold it restore, and how many these
 * are. */
static void add_windows(const Sheet *sheet, const AertData *recording, double *sum, int64_t *held) {
    const AertWindow *window = &recording->window;
    size_t length = (size_t)window->length, channels = (size_t)window->channels;
    const float *restored = sheet_cell(sheet, sheet->restored, 0);
    for (int i = 0; i < sheet->count; i++) {
        size_t begin = (size_t)aert_window_begin(window, aert_data_row(recording, i));
        for (size_t t = 0; t < length; t++) {
            held[begin + t]++;
            for (size_t c = 0; c < channels; c++)
                sum[(begin + t) * channels + c] +=
                    (double)restored[(size_t)i * sheet->size + c * length + t];
        }
    }
}

static void settle(Moments *moments, int64_t all, const double *sum, const int64_t *held) {
    size_t channels = (size_t)moments->channels;
    for (int64_t m = 0; m < all; m++) {
        if (held[m] == 0)
            continue;
        for (size_t c = 0; c < channels; c++)
            moments->value[(size_t)moments->count * channels + c] =
                (float)(sum[(size_t)m * channels + c] / (double)held[m]);
        moments->row[moments->count++] = m;
    }
}

bool moments_open(Moments *moments, const Sheet *sheet, const AertData *recording,
                  AertError *error) {
    size_t all = (size_t)recording->window.moments, channels = (size_t)recording->window.channels;
    *moments = (Moments){.channels = recording->window.channels};
    double *sum = aert_allocate(all * channels, sizeof *sum, "a recording", error);
    int64_t *held = aert_allocate(all, sizeof *held, "a recording", error);
    moments->row = aert_allocate(all, sizeof *moments->row, "a recording", error);
    moments->value = aert_allocate(all * channels, sizeof *moments->value, "a recording", error);
    bool fine = sum && held && moments->row && moments->value;
    if (fine) {
        add_windows(sheet, recording, sum, held);
        settle(moments, recording->window.moments, sum, held);
    }
    free(sum);
    free(held);
    return fine;
}

void moments_close(Moments *moments) {
    free(moments->row);
    free(moments->value);
    *moments = (Moments){0};
}

bool moments_write(const Moments *moments, const AertInput *input, const char *path,
                   AertError *error) {
    CodesFile file = {.of = input};
    if (!codes_file_begin(&file, path, moments->count, 1, &moments->channels, error))
        return false;
    for (int64_t at = 0; at < moments->count; at += INT_MAX) {
        int64_t rows = moments->count - at < INT_MAX ? moments->count - at : INT_MAX;
        codes_file_write(&file, moments->value + (size_t)at * (size_t)moments->channels, (int)rows);
    }
    return codes_file_end(&file, error);
}
