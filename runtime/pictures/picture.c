/* picture: examples side by side on a canvas of bytes, which libpng turns into a file.
 *
 *     columns = 3, gap = 2:    |x0|  |x1|  |x2|      cells of width by height, times scale,
 *                              |x3|  |x4|            `gap` pixels around and between them
 */
#include "picture.h"
#include "canvas.h"

#include "aert.h"

#include <math.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

enum { BACKGROUND = 96, CELL = 56, LARGEST = 4096, MOST_PIXELS = 1 << 28 };

typedef struct Grid {
    int channels, cell_height, cell_width; /* of an example, before enlargement */
    int values; /* in an example; the last cells of a vector's field may be empty */
    int gap, scale, height, width; /* of all, in pixels */
    double low, high;
    unsigned char *pixels; /* (height, width, channels) */
} Grid;

/* How a shape is shown: see picture.h. */
static void lay_out_cell(Grid *canvas, const AertPicture *picture) {
    int last = picture->rank > 0 ? picture->dim[picture->rank - 1] : 1;
    canvas->values = (int)aert_shape_size(picture->rank, picture->dim);
    canvas->channels = picture->rank == 3 && picture->dim[0] == 3 ? 3 : 1;
    canvas->cell_width = picture->rank > 1 ? last : 1;
    while (picture->rank <= 1 && (int64_t)canvas->cell_width * canvas->cell_width < last)
        canvas->cell_width++;
    canvas->cell_height =
        (canvas->values / canvas->channels + canvas->cell_width - 1) / canvas->cell_width;
}

/* Pixels of so many cells, each of so many before enlargement, and of the gaps around them. */
static int64_t extent(const Grid *canvas, int cells, int each) {
    return (int64_t)cells * ((int64_t)each * canvas->scale + canvas->gap) + canvas->gap;
}

static bool lay_out(Grid *canvas, const AertPicture *p, const char *path, AertError *error) {
    lay_out_cell(canvas, p);
    int cell_height = canvas->cell_height, cell_width = canvas->cell_width;
    int larger = cell_height > cell_width ? cell_height : cell_width;
    int64_t height, width;
    canvas->gap = p->gap < 0 ? 0 : p->gap == 0 ? 2 : p->gap;
    canvas->scale = (p->scale > 0 ? p->scale : CELL / larger) + 1;
    do {
        canvas->scale -= canvas->scale > 1;
        height = extent(canvas, p->rows, cell_height);
        width = extent(canvas, p->columns, cell_width);
    } while (p->scale <= 0 && canvas->scale > 1 && (height > LARGEST || width > LARGEST));
    canvas->height = (int)height;
    canvas->width = (int)width;
    return (p->rows > 0 && p->columns > 0 && width <= INT32_MAX && height <= MOST_PIXELS / width) ||
           aert_fail(error,
                     "%s: a picture of %d rows and %d columns of %d by %d pixels is too large",
                     path, p->rows, p->columns, cell_height, cell_width);
}

/* The declared range, or that of the finite values. */
static void choose_range(Grid *canvas, const AertPicture *picture, const float *value) {
    canvas->low = picture->low;
    canvas->high = picture->high;
    if (picture->low < picture->high)
        return;
    size_t count = (size_t)picture->count * (size_t)canvas->values;
    Span span = {INFINITY, -INFINITY};
    for (size_t i = 0; i < count; i++)
        span_take(&span, (double)value[i]);
    canvas->low = span.low <= span.high ? span.low : 0;
    canvas->high = span.low < span.high ? span.high : canvas->low + 1;
}

static unsigned char shade(const Grid *canvas, double value) {
    double level = (value - canvas->low) / (canvas->high - canvas->low) * 255;
    if (!(level > 0)) /* NaN too */
        return 0;
    return level >= 255 ? 255 : (unsigned char)(level + 0.5);
}

/* One example, (channels, height, width) reals, with its upper left corner at (top, left). */
static void draw_cell(Grid *canvas, const float *value, int top, int left) {
    int plane = canvas->cell_height * canvas->cell_width, channels = canvas->channels;
    for (int y = 0; y < canvas->cell_height * canvas->scale; y++) {
        unsigned char *row =
            canvas->pixels +
            ((size_t)(top + y) * (size_t)canvas->width + (size_t)left) * (size_t)channels;
        for (int x = 0; x < canvas->cell_width * canvas->scale; x++) {
            int at = y / canvas->scale * canvas->cell_width + x / canvas->scale;
            for (int c = 0; c < channels; c++)
                if (c * plane + at < canvas->values)
                    row[x * channels + c] = shade(canvas, (double)value[c * plane + at]);
        }
    }
}

bool aert_png_write(const char *path, int channels, int height, int width,
                    const unsigned char *pixels, AertError *error) {
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)width,
                       .height = (png_uint_32)height,
                       .format = channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY,
                       .flags = PNG_IMAGE_FLAG_FAST};
    /* what cannot be compressed becomes a seventh larger */
    png_alloc_size_t size = ((size_t)width * (size_t)channels + 1) * (size_t)height / 4 * 5 + 4096;
    unsigned char *bytes = aert_allocate(size, 1, "a picture", error);
    if (!bytes)
        return false;
    AertFile file;
    bool fine = png_image_write_to_memory(&image, bytes, &size, 0, pixels, 0, NULL) != 0;
    if (!fine)
        aert_fail(error, "%s: cannot make the picture: %s", path, image.message);
    fine = fine && aert_file_create(&file, path, error);
    if (fine) {
        file.hasty = true;
        aert_file_write(&file, bytes, size);
        fine = aert_file_commit(&file, error);
    }
    free(bytes);
    return fine;
}

void picture_cell(const AertPicture *p, int i, int *row, int *column) {
    int kinds = p->kinds > 1 ? p->kinds : 1, each = p->count / kinds;
    *row = i % each / p->columns * kinds + i / each;
    *column = i % each % p->columns;
}

bool aert_picture_write(const char *path, const AertPicture *picture, const float *value,
                        AertError *error) {
    Grid canvas = {0};
    if (!lay_out(&canvas, picture, path, error))
        return false;
    choose_range(&canvas, picture, value);
    size_t size = (size_t)canvas.height * (size_t)canvas.width * (size_t)canvas.channels;
    canvas.pixels = aert_allocate(size, 1, "a picture", error);
    if (!canvas.pixels)
        return false;
    memset(canvas.pixels, BACKGROUND, size);
    for (int i = 0; i < picture->count && i < picture->rows * picture->columns; i++) {
        int row, column;
        picture_cell(picture, i, &row, &column);
        int top = canvas.gap + row * (canvas.cell_height * canvas.scale + canvas.gap);
        int left = canvas.gap + column * (canvas.cell_width * canvas.scale + canvas.gap);
        draw_cell(&canvas, value + (size_t)i * (size_t)canvas.values, top, left);
    }
    bool fine =
        aert_png_write(path, canvas.channels, canvas.height, canvas.width, canvas.pixels, error);
    free(canvas.pixels);
    return fine;
}
