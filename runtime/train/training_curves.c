/* The losses of a run as curves: pictures/losses.png, drawn anew after every epoch.
 *
 * Its one idea: metrics.csv holds them all, those before a resume too.  A loss has one colour; its
 * curve over the validation data is dashed.
 *
 * Example: "epoch,total,mse,valid.total" makes two curves; mse is no loss.
 */
#include "training.h"
#include "base/base.h"
#include "pictures/pictures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CURVES = 16 };
static const double wide =
    20; /* largest over smallest value, from which the scale is logarithmic */

typedef struct Curves {
    int64_t lines; /* of values */
    float *value;  /* (columns, lines) */
    int count, columns, column[MOST_CURVES];
    AertMarks marks[MOST_CURVES];
    AertLegend legend[MOST_CURVES];
} Curves;

/* The columns of losses, and a colour for each loss.  The file's first line was written from the
 * same tallies. */
static void choose_columns(Curves *curves, const Training *training) {
    const Tally *both[] = {&training->tally, &training->valid_tally};
    const AertOutput *output[MOST_CURVES];
    int colors = 0;
    curves->columns = training->session.model->stage[0].name ? 2 : 1; /* epoch, stage */
    for (int valid = 0; valid < (training->has_valid ? 2 : 1); valid++)
        for (int row = 0; row < both[valid]->count; row++, curves->columns++) {
            int i = curves->count, color = -1;
            const AertOutput *loss = both[valid]->row[row].output;
            if (loss->kind != AERT_LOSS || i == MOST_CURVES)
                continue;
            for (int k = 0; k < i && color < 0; k++)
                color = strcmp(output[k]->name, loss->name) == 0 ? curves->legend[k].color : -1;
            curves->legend[i] =
                (AertLegend){both[valid]->row[row].text, color < 0 ? colors++ : color, true, valid};
            curves->column[i] = curves->columns;
            output[curves->count++] = loss;
        }
}

static void read_line(Curves *curves, int64_t line, const char *at, const char *end) {
    for (int c = 0; c < curves->columns && at <= end; c++) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        size_t length = (size_t)((comma ? comma : end) - at);
        char text[40], *rest;
        snprintf(text, sizeof text, "%.*s", (int)length, at);
        double value = strtod(text, &rest);
        curves->value[(int64_t)c * curves->lines + line] = rest > text ? (float)value : NAN;
        at += length + 1;
    }
}

static bool read_metrics(Curves *curves, Training *training, AertError *error) {
    AertBytes bytes;
    if (!aert_bytes_open(&bytes, training_path(training, "metrics.csv"), error))
        return false;
    const char *at = (const char *)bytes.data, *end = at + bytes.size, *newline;
    curves->lines = -1; /* that of the names */
    for (const char *p = at; p < end; p++)
        curves->lines += *p == '\n';
    choose_columns(curves, training);
    curves->value = aert_allocate((size_t)curves->columns * (size_t)curves->lines,
                                  sizeof *curves->value, "the run", error);
    for (int64_t line = -1;
         curves->value && at < end && (newline = memchr(at, '\n', (size_t)(end - at))); line++) {
        if (line >= 0)
            read_line(curves, line, at, newline);
        at = newline + 1;
    }
    aert_bytes_close(&bytes);
    return curves->value != NULL;
}

/* Whether all values are above 0 and far enough apart. */
static bool spread_widely(const Curves *curves) {
    double low = INFINITY, high = 0;
    for (int i = 0; i < curves->count; i++)
        for (int64_t k = 0; k < curves->lines; k++) {
            double value = (double)curves->marks[i].y[k];
            if (isfinite(value)) {
                low = value < low ? value : low;
                high = value > high ? value : high;
            }
        }
    return low > 0 && high > wide * low;
}

bool training_curves(Training *training, AertError *error) {
    Curves curves = {0};
    if (!aert_directory_make(training_path(training, "pictures"), error))
        return false;
    bool fine = read_metrics(&curves, training, error);
    for (int i = 0; fine && i < curves.count; i++)
        curves.marks[i] = (AertMarks){.line = true,
                                      .dashed = curves.legend[i].dashed,
                                      .color = curves.legend[i].color,
                                      .count = curves.lines,
                                      .x = curves.value,
                                      .y = curves.value + (int64_t)curves.column[i] * curves.lines,
                                      .step = 1};
    AertPlot plot = {
        .panels = 1, .legends = curves.count, .legend = curves.legend, .whole_x = true};
    plot.log_y = fine && spread_widely(&curves);
    plot.panel[0] = (AertPanel){training->session.model->name, "epoch",
                                plot.log_y ? "logarithmic" : "", curves.count, curves.marks};
    fine = fine && aert_plot_write(training_path(training, "pictures/losses.png"), &plot, error);
    free(curves.value);
    return fine;
}
