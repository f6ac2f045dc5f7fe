/* plot: curves or dots in a frame with axes, numbers and a legend, as a PNG.
 *
 *     const AertMarks marks[] = {{.line = true, .count = 20, .x = epoch, .y = loss, .step = 1}};
 *     AertPlot plot = {.panels = 1, .panel = {{"losses", "epoch", "", 1, marks}},
 *                      .legends = 1, .legend = legend};
 *     fine = aert_plot_write("runs/vae/pictures/losses.png", &plot, error);
 */
#ifndef AERT_PLOT_H
#define AERT_PLOT_H

#include "base/base.h"

#include <stdint.h>

/* A curve, or dots; values that are not finite are left out. */
typedef struct AertMarks {
    bool line, dashed;
    int color; /* 0, 1, …: of the palette; -1: dark grey */
    int64_t count;
    const float *x, *y; /* values number 0, step, 2 · step … */
    size_t step;
    const float *label; /* of dots: the colour of each, or NULL */
} AertMarks;

typedef struct AertPanel {
    const char *title, *x_name, *y_name;
    int count;
    const AertMarks *marks;
} AertPanel;

typedef struct AertLegend {
    const char *name;
    int color;
    bool line, dashed;
} AertLegend;

typedef struct AertPlot {
    int panels; /* 1, or 2 side by side, of the same axes */
    AertPanel panel[2];
    int legends;
    const AertLegend *legend;
    bool square;  /* both axes of one scale: of dots in the plane */
    bool log_y;   /* all y must be above 0 */
    bool whole_x; /* x counts something */
} AertPlot;

bool aert_plot_write(const char *path, const AertPlot *plot, AertError *error);

#endif
