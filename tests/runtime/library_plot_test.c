/* plot.h, canvas.h, pca.h, latent.h: what the commands draw and compute of codes. */
#include "pictures/canvas.h"
#include "view/latent.h"
#include "library_check.h"
#include "math/pca.h"
#include "pictures/picture.h"
#include "pictures/plot.h"
#include "pictures/sheet_signals.h"

#include <math.h>
#include <png.h>
#include <string.h>

static unsigned char *pixel(const Canvas *canvas, int x, int y) {
    return canvas->pixels + 3 * (y * canvas->width + x);
}

static void test_canvas(Test *t) {
    Canvas canvas;
    if (!WORKS(t, canvas_open(&canvas, 60, 40, &t->error)))
        return;
    canvas_line(&canvas, &(Pen){0x102030, 1, 2, false}, 10, 20.5f, 30, 20.5f);
    CHECK(t, pixel(&canvas, 20, 20)[0] == 0x10 && pixel(&canvas, 20, 20)[2] == 0x30);
    CHECK(t, pixel(&canvas, 20, 26)[0] == 255 && pixel(&canvas, 35, 20)[0] == 255);
    int edge = pixel(&canvas, 20, 22)[0]; /* half covered */
    CHECK(t, edge > 100 && edge < 160);
    canvas_line(&canvas, &(Pen){0, 1, 2, false}, -1e9f, -1e9f, 1e9f, 1e9f); /* must stay inside */
    canvas_line(&canvas, &(Pen){0, 1, 2, false}, NAN, 3, INFINITY, 3);
    canvas_text(&canvas, &(Pen){0, 1, 1, false}, 50, 35, "outside\xc3\xa9");
    CHECK(t, canvas_text_width("WW") > canvas_text_width("ii"));
    canvas_close(&canvas);
    char all[128] = "";
    for (int c = 32; c < 127; c++)
        all[c - 32] = (char)c;
    if (!WORKS(t, canvas_open(&canvas, 1000, 30, &t->error)))
        return;
    for (int c = 33; c < 127; c++) { /* each letter has ink, and keeps within its width */
        char text[2] = {(char)c, 0};
        memset(canvas.pixels, 255, 1000 * 30 * 3);
        canvas_text(&canvas, &(Pen){0, 1, 0.65f, false}, 10, 5, text);
        int inked = 0, beyond = 0, width = (int)ceilf(canvas_text_width(text));
        for (int x = 0; x < 1000; x++)
            for (int y = 0; y < 30; y++)
                if (pixel(&canvas, x, y)[0] < 220) {
                    inked++;
                    beyond += x < 9 || x > 10 + width;
                }
        CHECK(t, inked > 1 && beyond == 0);
    }
    CHECK(t, canvas_text_width(all) < 1000);
    canvas_close(&canvas);
}

/* Pixels of that colour in a PNG, and its width. */
static int count_color(Test *t, const char *path, int r, int g, int b, int *width) {
    png_image image = {.version = PNG_IMAGE_VERSION};
    int count = 0;
    if (!CHECK(t, png_image_begin_read_from_file(&image, path)))
        return 0;
    image.format = PNG_FORMAT_RGB;
    *width = (int)image.width;
    unsigned char *pixels = malloc(PNG_IMAGE_SIZE(image));
    if (CHECK(t, pixels && png_image_finish_read(&image, NULL, pixels, 0, NULL)))
        for (size_t i = 0; i < PNG_IMAGE_SIZE(image); i += 3)
            count += pixels[i] == r && pixels[i + 1] == g && pixels[i + 2] == b;
    free(pixels);
    return count;
}

static void test_plot(Test *t) {
    const float x[] = {1, 2, 3, 4}, y[] = {1, 10, NAN, 1000}, label[] = {0, 1, 1, 1};
    AertMarks marks = {.line = true, .count = 4, .x = x, .y = y, .step = 1};
    const AertLegend legend = {"loss", 0, true, false};
    AertPlot plot = {.panels = 1,
                     .panel = {{"a", "b", "c", 1, &marks}},
                     .legends = 1,
                     .legend = &legend,
                     .whole_x = true,
                     .log_y = true};
    const char *path = test_path(t, "plot.png");
    int one = 0, two = 0, blue[2];
    WORKS(t, aert_plot_write(path, &plot, &t->error));
    blue[0] = count_color(t, path, 0x1f, 0x6f, 0xb4, &one);
    marks.dashed = true;
    WORKS(t, aert_plot_write(path, &plot, &t->error));
    blue[1] = count_color(t, path, 0x1f, 0x6f, 0xb4, &one);
    CHECK(t, blue[0] > 100 && blue[1] > 40 && blue[1] < blue[0]);
    marks = (AertMarks){.count = 4, .x = x, .y = y, .step = 1, .label = label, .color = -1};
    plot = (AertPlot){
        .panels = 2, .panel = {{"a", "", "", 1, &marks}, {"b", "", "", 1, &marks}}, .square = true};
    WORKS(t, aert_plot_write(path, &plot, &t->error));
    CHECK(t, count_color(t, path, 0xe8, 0x77, 0x1f, &two) == 0); /* dots let the paper through */
    CHECK(t, two > one);
    marks.count = 0; /* nothing, one value, values that differ little or vastly */
    WORKS(t, aert_plot_write(path, &plot, &t->error));
    const float hard[][2] = {{5, 5}, {0, 0}, {1e30f, -1e30f}, {1, 1.0000001f}, {1e-40f, 2e-40f}};
    marks.count = 2;
    for (size_t i = 0; i < sizeof hard / sizeof *hard; i++) {
        marks.x = marks.y = hard[i];
        WORKS(t, aert_plot_write(path, &plot, &t->error));
    }
    test_limit_files(100);
    FAILS(t, aert_plot_write(path, &plot, &t->error), "plot.png: cannot write: File too large");
    test_limit_files(-1);
    FAILS(t, aert_plot_write(test_path(t, "no/plot.png"), &plot, &t->error), "cannot write");
}

/* Two signals of two channels in three cells: each channel has its colour. */
static void test_signals(Test *t) {
    const int dim[] = {2, 50};
    static float value[3 * 100];
    for (int i = 0; i < 300; i++)
        value[i] = i < 200 ? sinf((float)i) * 9 : NAN;
    value[7] = NAN;
    AertPicture picture = {.rank = 2, .dim = dim, .rows = 1, .columns = 3, .count = 3, .high = 1};
    const char *path = test_path(t, "signals.png");
    int width = 0;
    for (int declared = 0; declared < 2; declared++) { /* values beyond a declared range are cut */
        picture.low = declared ? -1 : 1;
        WORKS(t, sheet_signals(path, &picture, value, &t->error));
        CHECK(t, count_color(t, path, 255, 255, 255, &width) > 5000 && width == 3 * 140 + 8);
        CHECK(t, count_color(t, path, 255, 255, 255, &width) < 428 * 80 - 2000);
    }
    picture.rows = 1 << 24;
    FAILS(t, sheet_signals(path, &picture, value, &t->error), "too large");
    picture.rows = 1;
    test_limit_files(50);
    FAILS(t, sheet_signals(path, &picture, value, &t->error), "cannot write");
    test_limit_files(-1);
}

/* Points of a plane in space, from seven chunks: two axes hold all of it. */
static void test_pca(Test *t) {
    enum { ROWS = 70, CHUNK = 10 };
    double rows[ROWS][3], again[ROWS][3], coordinates[ROWS][2], work[ROWS][3], worst = 0;
    for (int i = 0; i < ROWS; i++) {
        double a = 3 * sin(i * 1.7), b = cos(i * 0.9);
        rows[i][0] = 1000 + a;
        rows[i][1] = -5 + a + b;
        rows[i][2] = b;
    }
    Pca pca = {0};
    if (!WORKS(t, pca_begin(&pca, 3, &t->error)))
        return;
    memcpy(work, rows, sizeof rows);
    for (int i = 0; i < ROWS; i += CHUNK)
        pca_add(&pca, work[i], CHUNK);
    WORKS(t, pca_end(&pca, 2, &t->error));
    memcpy(work, rows, sizeof rows);
    pca_project(&pca, work[0], ROWS, coordinates[0]);
    pca_restore(&pca, coordinates[0], ROWS, again[0]);
    double variance[2] = {0}, cross = 0;
    for (int i = 0; i < ROWS; i++) {
        for (int k = 0; k < 3; k++)
            worst = fmax(worst, fabs(again[i][k] - rows[i][k]));
        for (int k = 0; k < 2; k++)
            variance[k] += coordinates[i][k] * coordinates[i][k] / ROWS;
        cross += coordinates[i][0] * coordinates[i][1] / ROWS;
    }
    CHECK(t, worst < 1e-11 && fabs(cross) < 1e-11 && variance[0] > variance[1]);
    CHECK(t, fabs(variance[0] - pca.variance[0]) < 1e-11 &&
                 fabs(variance[1] - pca.variance[1]) < 1e-11);
    double *axis = pca.axis, length = axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2];
    CHECK(t, fabs(length - 1) < 1e-14 && fmax(axis[0], axis[1]) > 0.5);
    pca_close(&pca);
    if (WORKS(t, pca_begin(&pca, 3, &t->error))) { /* more axes than there are */
        memcpy(work, rows, sizeof rows);
        pca_add(&pca, work[0], ROWS);
        WORKS(t, pca_end(&pca, 30, &t->error));
        CHECK(t, pca.kept == 3 && fabs(pca.variance[2]) < 1e-11);
    }
    pca_close(&pca);
}

/* A set and the same one moved: the distance is the way, seen along all directions. */
static void test_distance(Test *t) {
    enum { COUNT = 500 };
    static float plane[COUNT][2], moved[COUNT][2], space[COUNT][5], wide[COUNT][5];
    for (int i = 0; i < COUNT; i++) {
        plane[i][0] = sinf((float)i);
        plane[i][1] = cosf(1.3f * (float)i);
        int at = (i + 17) % COUNT; /* in another order */
        moved[at][0] = plane[i][0] + 3;
        moved[at][1] = plane[i][1] + 4;
        for (int k = 0; k < 5; k++) {
            space[i][k] = sinf((float)(i * (k + 1)));
            wide[i][k] = space[i][k] + (k == 2 ? 10 : 0);
        }
    }
    double own = latent_distance(plane[0], plane[0], COUNT, 2, &t->error);
    double far = latent_distance(plane[0], moved[0], COUNT, 2, &t->error);
    double more = latent_distance(space[0], wide[0], COUNT, 5, &t->error);
    CHECK(t, own == 0 && fabs(far - 5 / sqrt(2)) < 1e-4);
    CHECK(t, fabs(more - 10 / sqrt(5)) < 0.6); /* directions are drawn there */
    double mean[2], covariance[4];
    const float four[] = {1, 0, 3, 0, 1, 2, 3, 4};
    latent_moments(four, 4, 2, mean, covariance);
    CHECK(t, mean[0] == 2 && mean[1] == 1.5 && covariance[0] == 1 && covariance[1] == 0.5 &&
                 covariance[2] == 0.5 && covariance[3] == 2.75);
}

/* Five axes are turned to two; labels have names, or are many. */
static void test_latent_picture(Test *t) {
    enum { COUNT = 60 };
    static float codes[COUNT][5], label[COUNT];
    for (int i = 0; i < COUNT; i++) {
        label[i] = (float)(i % 30);
        for (int k = 0; k < 5; k++)
            codes[i][k] = sinf((float)(i * 7 + k * k));
    }
    AertData labels = {.element = AERT_FLOAT, .count = COUNT, .size = 1, .values = label};
    LatentPicture picture = {codes[0], codes[0], &labels, COUNT, 5, {-1, -1}};
    const char *path = test_path(t, "latent.png");
    int width = 0, plain = 0;
    WORKS(t, latent_write(&picture, path, &t->error));
    CHECK(t, count_color(t, path, 255, 255, 255, &width) > 1000);
    picture.axes[0] = 3;
    picture.axes[1] = 1;
    picture.prior = NULL;
    picture.labels = NULL;
    WORKS(t, latent_write(&picture, path, &t->error));
    CHECK(t, count_color(t, path, 255, 255, 255, &plain) > 1000 && plain < width);
}

int main(void) {
    Test test;
    test_begin(&test);
    test_canvas(&test);
    test_plot(&test);
    test_signals(&test);
    test_pca(&test);
    test_distance(&test);
    test_latent_picture(&test);
    return test_end(&test);
}
