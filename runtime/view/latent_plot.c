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

enum { MOST_CLASSES = 24, GREY = -1 };

/* Projects codes to (count, 2), in place of what `plane` held. */
static bool to_plane(const Pca *pca, const float *codes, int64_t count, float *plane,
                     AertError *error) {
    size_t size = (size_t)pca->size;
    double *row = aert_allocate(size + 2, sizeof *row, "codes", error), *at = row + size;
    for (int64_t i = 0; row && i < count; i++) {
        for (size_t k = 0; k < size; k++)
            row[k] = (double)codes[(size_t)i * size + k];
        pca_project(pca, row, 1, at);
        plane[2 * i] = (float)at[0];
        plane[2 * i + 1] = (float)at[1];
    }
    free(row);
    return row != NULL;
}

static bool find_components(Pca *pca, const LatentPicture *p, AertError *error) {
    double *rows = aert_allocate((size_t)p->count, p->size * sizeof *rows, "codes", error);
    for (size_t i = 0; rows && i < (size_t)p->count * p->size; i++)
        rows[i] = (double)p->codes[i];
    bool fine = rows && pca_begin(pca, (int)p->size, error);
    if (fine) {
        pca_add(pca, rows, (int)p->count);
        fine = pca_end(pca, 2, error);
    }
    free(rows);
    return fine;
}

/* The legend of the classes that occur; their number. */
static int make_legend(const AertData *labels, const float *label, int64_t count,
                       AertLegend legend[MOST_CLASSES], char name[MOST_CLASSES][AERT_WORD]) {
    int legends = 0;
    bool seen[1000] = {false};
    for (int64_t i = 0; i < count; i++)
        if (label[i] < 1000)
            seen[(int)label[i]] = true;
    for (int c = 0; c < 1000 && legends < MOST_CLASSES; c++) {
        if (!seen[c])
            continue;
        if (c < labels->classes)
            snprintf(name[legends], AERT_WORD, "%s", labels->class_name[c]);
        else
            snprintf(name[legends], AERT_WORD, "%d", c);
        legend[legends] = (AertLegend){.name = name[legends], .color = c};
        legends++;
    }
    return legends;
}

static bool draw(const LatentPicture *p, const float *codes, const float *prior, size_t step,
                 const char *const axis[2], const char *path, AertError *error) {
    char title[64], name[MOST_CLASSES][AERT_WORD];
    AertLegend legend[MOST_CLASSES];
    float *label = NULL;
    int offset = p->axes[0], other = p->axes[1];
    AertPlot plot = {.panels = prior ? 2 : 1, .square = true, .legend = legend};
    if (p->labels) {
        label = aert_allocate((size_t)p->count, sizeof *label, "labels", error);
        if (!label)
            return false;
        for (int64_t i = 0; i < p->count; i++)
            label[i] = (float)aert_data_class(p->labels, i);

        plot.legends = make_legend(p->labels, label, p->count, legend, name);
        for (int64_t i = 0; i < p->count; i++)
            label[i] = isnan(label[i]) ? GREY : label[i];
    }
    snprintf(title, sizeof title, "codes of %lld examples", (long long)p->count);
    const AertMarks marks[2] = {
        {.count = p->count, .x = codes + offset, .y = codes + other, .step = step, .label = label},
        {.count = p->count,
         .x = prior ? prior + offset : NULL,
         .y = prior ? prior + other : NULL,
         .step = step,
         .color = GREY}};
    plot.panel[0] = (AertPanel){title, axis[0], axis[1], 1, &marks[0]};
    plot.panel[1] = (AertPanel){"draws of the prior", axis[0], axis[1], 1, &marks[1]};
    bool fine = aert_plot_write(path, &plot, error);
    free(label);
    return fine;
}

static bool draw_plane(const LatentPicture *p, const char *path, AertError *error) {
    static const char *const axis[2] = {"principal component 1", "principal component 2"};
    Pca pca = {0};
    LatentPicture own = *p;
    own.axes[0] = 0;
    own.axes[1] = 1;
    float *plane = aert_allocate((size_t)p->count, 4 * sizeof *plane, "codes", error);
    bool fine = plane && find_components(&pca, p, error) &&
                to_plane(&pca, p->codes, p->count, plane, error) &&
                (!p->prior || to_plane(&pca, p->prior, p->count, plane + 2 * p->count, error)) &&
                draw(&own, plane, p->prior ? plane + 2 * p->count : NULL, 2, axis, path, error);
    pca_close(&pca);
    free(plane);
    return fine;
}

bool latent_write(const LatentPicture *p, const char *path, AertError *error) {
    char text[2][24];
    const char *const axis[2] = {text[0], text[1]};
    if (p->axes[0] < 0 && p->size > 2)
        return draw_plane(p, path, error);
    LatentPicture own = *p;
    for (int i = 0; i < 2; i++) {
        own.axes[i] = p->axes[0] < 0 ? i : p->axes[i];
        snprintf(text[i], sizeof text[i], "axis %d", own.axes[i]);
    }
    return draw(&own, p->codes, p->prior, p->size, axis, path, error);
}
