/* latent_plot: codes as dots in the plane, coloured by label, beside draws of the prior.
 *
 * Codes of more than two axes are turned to their first two principal components; draws of the
 * prior are turned with them, so that both panels show the same plane.
 */
#include "latent.h"
#include "math/math.h"
#include "pictures/pictures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_CLASSES = 24, GREY = -1, AXIS = 32 /* bytes of the name of an axis */ };

static double *widen(const float *from, double *to, size_t count) {
    for (size_t i = 0; i < count; i++)
        to[i] = (double)from[i];
    return to;
}

/* The picture's codes, and its draws, become (count, 2), to be freed; NULL without memory. */
static float *turn(LatentPicture *p, AertError *error) {
    size_t count = (size_t)p->count, size = p->size;
    Pca pca = {0};
    double *rows = aert_allocate(count, (size + 2) * sizeof *rows, "codes", error);
    double *at = rows + count * size;
    float *plane = aert_allocate(count, 4 * sizeof *plane, "codes", error);
    bool fine = rows && plane && pca_begin(&pca, (int)size, error);
    if (fine) {
        pca_add(&pca, widen(p->codes, rows, count * size), (int)count);
        fine = pca_end(&pca, 2, error);
    }
    const float **both[] = {&p->codes, &p->prior};
    for (size_t b = 0; fine && b < 2; b++) {
        if (!*both[b])
            continue;
        pca_project(&pca, widen(*both[b], rows, count * size), (int)count, at);
        *both[b] = plane + 2 * b * count;
        for (size_t i = 0; i < 2 * count; i++)
            plane[2 * b * count + i] = (float)at[i];
    }
    p->size = 2;
    pca_close(&pca);
    free(rows);
    if (fine)
        return plane;
    free(plane);
    return NULL;
}

/* The legend of the classes that occur; their number. */
static int make_legend(const AertData *labels, const float *label, int64_t count,
                       AertLegend legend[MOST_CLASSES], char number[MOST_CLASSES][8]) {
    int legends = 0;
    bool seen[1000] = {false};
    for (int64_t i = 0; i < count; i++)
        if (label[i] < 1000)
            seen[(int)label[i]] = true;
    for (int c = 0; c < 1000 && legends < MOST_CLASSES; c++) {
        if (!seen[c])
            continue;
        snprintf(number[legends], sizeof number[legends], "%d", c);
        legend[legends] = (AertLegend){
            .name = c < labels->classes ? labels->class_name[c] : number[legends], .color = c};
        legends++;
    }
    return legends;
}

static bool draw(const LatentPicture *p, char axis[2][AXIS], const char *path, AertError *error) {
    char title[64], number[MOST_CLASSES][8];
    AertLegend legend[MOST_CLASSES];
    float *label = NULL;
    AertPlot plot = {.panels = p->prior ? 2 : 1, .square = true, .legend = legend};
    if (p->labels) {
        label = aert_allocate((size_t)p->count, sizeof *label, "labels", error);
        if (!label)
            return false;
        for (int64_t i = 0; i < p->count; i++)
            label[i] = (float)aert_data_class(p->labels, i);
        plot.legends = make_legend(p->labels, label, p->count, legend, number);
        for (int64_t i = 0; i < p->count; i++)
            label[i] = isnan(label[i]) ? GREY : label[i];
    }
    snprintf(title, sizeof title, "codes of %lld examples", (long long)p->count);
    AertMarks marks[2] = {{.count = p->count, .step = p->size, .label = label},
                          {.count = p->count, .step = p->size, .color = GREY}};
    for (int i = 0; i < plot.panels; i++) {
        const float *codes = i ? p->prior : p->codes;
        marks[i].x = codes + p->axes[0];
        marks[i].y = codes + p->axes[1];
        plot.panel[i] =
            (AertPanel){i ? "draws of the prior" : title, axis[0], axis[1], 1, &marks[i]};
    }
    bool fine = aert_plot_write(path, &plot, error);
    free(label);
    return fine;
}

bool latent_write(const LatentPicture *picture, const char *path, AertError *error) {
    LatentPicture p = *picture;
    char axis[2][AXIS];
    bool given = p.axes[0] >= 0, turned = !given && p.size > 2;
    float *plane = turned ? turn(&p, error) : NULL;
    for (int i = 0; i < 2; i++) {
        if (!given)
            p.axes[i] = i;
        snprintf(axis[i], AXIS, turned ? "principal component %d" : "axis %d", p.axes[i] + turned);
    }
    bool fine = (plane || !turned) && draw(&p, axis, path, error);
    free(plane);
    return fine;
}
