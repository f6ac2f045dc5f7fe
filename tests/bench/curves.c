/* curves OUT.png COLUMN NAME=metrics.csv …: one column of the metrics of several runs, by epoch, as
 * curves of one plot; for
 * scripts/curves.  Epochs that have no such number, as those of a stage that minimises something
 * else, are left out. */
#include "pictures/pictures.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CURVES = 8, MOST_EPOCHS = 10000 };

static void fail(const char *file, const char *what) {
    fprintf(stderr, "curves: %s: %s\n", file, what);
    exit(1);
}

/* The number of the field in a line, or NAN. */
static float field(char *line, int number) {
    char *at = line, *rest;
    for (int i = 0; i < number && at; i++)
        at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL;
    double value = at ? strtod(at, &rest) : NAN;
    return at && rest > at ? (float)value : NAN;
}

static int field_named(const char *line, const char *name) {
    size_t length = strlen(name);
    for (int i = 0; line; i++) {
        if (strncmp(line, name, length) == 0 && strchr(",\n", line[length]))
            return i;
        line = strchr(line, ',') ? strchr(line, ',') + 1 : NULL;
    }
    return -1;
}

/* Fills marks with two rows of numbers, epochs and values above 0. */
static void read_curve(AertMarks *marks, const char *path, const char *column) {
    static char line[1 << 16];
    float *x = calloc(2 * MOST_EPOCHS, sizeof *x), *y = x + MOST_EPOCHS;
    FILE *file = fopen(path, "r");
    if (!x || !file || !fgets(line, sizeof line, file))
        fail(path, file ? "has no line" : strerror(errno));
    int epoch = field_named(line, "epoch"), wanted = field_named(line, column);
    if (epoch < 0 || wanted < 0) {
        fprintf(stderr, "curves: %s: has no column '%s'\n", path, epoch < 0 ? "epoch" : column);
        exit(1);
    }
    while (marks->count < MOST_EPOCHS && fgets(line, sizeof line, file)) {
        x[marks->count] = field(line, epoch);
        y[marks->count] = field(line, wanted);
        marks->count += y[marks->count] > 0;
    }
    fclose(file);
    marks->x = x;
    marks->y = y;
}

int main(int argc, char **argv) {
    AertMarks marks[MOST_CURVES] = {{0}};
    AertLegend legend[MOST_CURVES] = {{0}};
    int n = argc - 3;
    AertError error;
    if (n < 1 || n > MOST_CURVES)
        fail(argv[0], "OUT.png COLUMN NAME=metrics.csv …, up to eight of them");
    for (int i = 0; i < n; i++) {
        char *name = argv[3 + i], *path = strrchr(name, '=');
        if (!path)
            fail(name, "is no NAME=metrics.csv");
        *path++ = 0;
        marks[i] = (AertMarks){.line = true, .color = i, .step = 1};
        legend[i] = (AertLegend){.name = name, .color = i, .line = true};
        read_curve(&marks[i], path, argv[2]);
    }
    AertPlot plot = {.panels = 1,
                     .panel = {{argv[2], "epoch", "logarithmic", n, marks}},
                     .legends = n,
                     .legend = legend,
                     .log_y = true,
                     .whole_x = true};
    if (!aert_plot_write(argv[1], &plot, &error))
        fail(argv[1], error.text);
    return 0;
}
