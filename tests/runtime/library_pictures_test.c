/* image.h and folders: what pictures of all kinds become, by what they were made of. */
#include "data/data.h"
#include "library_check.h"

#include <limits.h>
#include <math.h>
#include <png.h>
#include <sys/stat.h>

#include <jpeglib.h>

/* A picture to be written: samples of `depth` bits, (height, width, channels). */
typedef struct Made {
    int width, height, depth, color; /* color: as PNG has it */
    bool interlaced;
    const uint16_t *samples;
    const png_color *palette;
    int colors, transparent; /* of the palette; the grey or entry that is transparent, or -1 */
} Made;

static int channels_of(int color) {
    return color == PNG_COLOR_TYPE_RGB          ? 3
           : color == PNG_COLOR_TYPE_RGB_ALPHA  ? 4
           : color == PNG_COLOR_TYPE_GRAY_ALPHA ? 2
                                                : 1;
}

static const char *write_png(Test *t, const char *name, const Made *made) {
    const char *path = test_path(t, name);
    FILE *file = fopen(path, "wb");
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    if (!file || !info || setjmp(png_jmpbuf(png)))
        exit(1);
    png_init_io(png, file);
    png_set_IHDR(png, info, (png_uint_32)made->width, (png_uint_32)made->height, made->depth,
                 made->color, made->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_gAMA(png, info, 1.0); /* what no reader of values goes by */
    if (made->palette)
        png_set_PLTE(png, info, made->palette, made->colors);
    if (made->transparent >= 0) {
        png_byte alpha[4] = {255, 255, 255, 255};
        png_color_16 grey = {.gray = (png_uint_16)made->transparent};
        alpha[made->transparent % 4] = 0;
        png_set_tRNS(png, info, alpha, made->transparent % 4 + 1, made->palette ? NULL : &grey);
    }
    png_write_info(png, info);
    png_set_packing(png);
    int passes = png_set_interlace_handling(png);
    size_t row = (size_t)made->width * (size_t)channels_of(made->color);
    unsigned char *bytes = malloc(2 * row);
    for (int pass = 0; pass < passes; pass++)
        for (int y = 0; y < made->height; y++) {
            for (size_t i = 0; i < row; i++) {
                uint16_t sample = made->samples[(size_t)y * row + i];
                if (made->depth == 16)
                    bytes[2 * i] = (unsigned char)(sample >> 8), bytes[2 * i + 1] = sample & 255;
                else
                    bytes[i] = (unsigned char)sample;
            }
            png_write_row(png, bytes);
        }
    png_write_end(png, NULL);
    png_destroy_write_struct(&png, &info);
    free(bytes);
    fclose(file);
    return path;
}

static AertInput input_of(int channels, int height, int width) {
    return (AertInput){.kind = AERT_IMAGE,
                       .ways = &aert_ways_image,
                       .name = "x",
                       .rank = 3,
                       .dim = {channels, height, width},
                       .high = 1,
                       .ranged = 1};
}

/* A folder of its own, made anew. */
static const char *folder(Test *t, const char *name) {
    static char paths[8][128]; /* those of test_path are good for 8 calls only */
    static int count;
    char *path = paths[count++ % 8];
    snprintf(path, sizeof paths[0], "%s", test_path(t, name));
    mkdir(path, 0777);
    return path;
}

/* The values of the only picture of a folder as doubles, 0 … 1. */
static bool read_one(Test *t, const char *path, const AertInput *input, AertResize resize,
                     double *out) {
    const AertReading how = {.resize = resize};
    const AertDataFrom from = {.path = path, .how = &how};
    AertData data;
    if (!aert_data_open_labelled(&data, NULL, &from, input, &t->error))
        return false;
    const int64_t first = 0;
    aert_data_gather(&data, &first, 0, 1, sizeof *out, out);
    aert_data_close(&data);
    return true;
}

static void draw_samples(uint16_t *samples, size_t count, int depth) {
    for (size_t i = 0; i < count; i++)
        samples[i] = (uint16_t)((i * 40503 + 977 * i * i + 12345) & ((1u << depth) - 1));
}

/* Every depth and colour, interlaced or not, as grey and as colour: to the last place. */
static void test_depths(Test *t) {
    enum { WIDTH = 11, HEIGHT = 9, COUNT = WIDTH * HEIGHT };
    static const int colors[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                                 PNG_COLOR_TYPE_RGB_ALPHA};
    static uint16_t samples[4 * COUNT];
    const char *path = folder(t, "depths");
    for (int k = 0; k < 4; k++)
        for (int depth = k ? 8 : 1; depth <= 16; depth *= 2)
            for (int interlaced = 0; interlaced < 2; interlaced++) {
                int n = channels_of(colors[k]);
                draw_samples(samples, (size_t)(n * COUNT), depth);
                write_png(
                    t, "depths/a.png",
                    &(Made){WIDTH, HEIGHT, depth, colors[k], interlaced, samples, NULL, 0, -1});
                for (int wanted = 1; wanted <= 3; wanted += 2) {
                    const AertInput input = input_of(wanted, HEIGHT, WIDTH);
                    double got[3 * COUNT], most = (1 << depth) - 1, worst = 0;
                    if (!WORKS(t, read_one(t, path, &input, AERT_RESIZE_NO, got)))
                        continue;
                    for (int i = 0; i < COUNT; i++) {
                        const uint16_t *s = samples + n * i;
                        double alpha = n % 2 ? 1 : s[n - 1] / most;
                        double luma = 0.299 * s[0] + 0.587 * s[n > 2] + 0.114 * s[n > 2 ? 2 : 0];
                        for (int c = 0; c < wanted; c++) {
                            double want = alpha / most *
                                          (wanted == 1 ? n > 2 ? luma : s[0] : s[n > 2 ? c : 0]);
                            worst = fmax(worst, fabs(got[c * COUNT + i] - want));
                        }
                    }
                    /* a byte is the nearest one; floats are floats */
                    bool exact = depth <= 8 && n % 2 && (wanted == 3 || n == 1);
                    CHECK(t, worst <= (depth == 16 ? 1e-6 : exact ? 1e-12 : 0.5 / 255 + 1e-6));
                }
            }
}

/* A colour of a palette, and one that is transparent. */
static void test_palette(Test *t) {
    static const png_color palette[] = {{10, 20, 30}, {200, 100, 50}, {1, 2, 3}, {255, 255, 255}};
    static const uint16_t samples[] = {0, 1, 2, 3, 1, 0};
    const char *path = folder(t, "palette");
    const AertInput input = input_of(3, 2, 3);
    for (int depth = 2; depth <= 8; depth *= 2) {
        double got[18];
        write_png(t, "palette/a.png",
                  &(Made){3, 2, depth, PNG_COLOR_TYPE_PALETTE, false, samples, palette, 4, 1});
        if (!WORKS(t, read_one(t, path, &input, AERT_RESIZE_NO, got)))
            continue;
        for (int i = 0; i < 6; i++) {
            const png_color *color = &palette[samples[i]];
            bool seen = samples[i] != 1;
            CHECK(t, fabs(got[i] - seen * color->red / 255.0) < 1e-12 &&
                         fabs(got[12 + i] - seen * color->blue / 255.0) < 1e-12);
        }
    }
    double got[6];
    static const uint16_t greys[] = {0, 51, 102, 153, 51, 255};
    const AertInput grey = input_of(1, 2, 3);
    write_png(t, "palette/a.png", &(Made){3, 2, 8, PNG_COLOR_TYPE_GRAY, false, greys, NULL, 0, 51});
    if (WORKS(t, read_one(t, path, &grey, AERT_RESIZE_NO, got)))
        CHECK(t, got[1] == 0 && got[4] == 0 && fabs(got[3] - 0.6) < 1e-12);
}

/* A picture of greys, on a grid that both sizes divide: each pixel wanted is the mean of its part.
 */
static double mean_of(const double *grid, int width, int x0, int y0, int w, int h) {
    double sum = 0;
    for (int y = y0; y < y0 + h; y++)
        for (int x = x0; x < x0 + w; x++)
            sum += grid[y * width + x];
    return sum / (w * h);
}

static void resized(Test *t, const char *path, const uint16_t *samples, int width, int height,
                    int to_width, int to_height, AertResize resize) {
    enum { MOST = 640 };
    static double grid[MOST * MOST], got[64 * 64];
    const AertInput input = input_of(1, to_height, to_width);
    write_png(t, "resize/a.png",
              &(Made){width, height, 16, PNG_COLOR_TYPE_GRAY, false, samples, NULL, 0, -1});
    if (!WORKS(t, read_one(t, path, &input, resize, got)))
        return;
    /* pixels of the picture, and of what is wanted, in cells of the grid */
    bool wide = (width * to_height > height * to_width) == (resize == AERT_RESIZE_FIT);
    int shown_w = resize == AERT_RESIZE_FILL || wide ? to_width : 0,
        shown_h = resize == AERT_RESIZE_FILL || !wide ? to_height : 0;
    double scale = wide ? (double)to_width / width : (double)to_height / height;
    if (!shown_w)
        shown_w = (int)fmax(nearbyint(width * scale), 1);
    if (!shown_h)
        shown_h = (int)fmax(nearbyint(height * scale), 1);
    int fit = resize == AERT_RESIZE_FIT;
    /* FIT: the picture is stretched over shown_w by shown_h; FILL: its middle is */
    int cells = fit ? width * shown_w : 2 * width * (wide ? to_width : to_height);
    int lines = fit ? height * shown_h : 2 * height * (wide ? to_width : to_height);
    if (cells > MOST || lines > MOST) {
        CHECK(t, !"the grid is too small");
        return;
    }
    for (int y = 0; y < lines; y++)
        for (int x = 0; x < cells; x++)
            grid[y * cells + x] =
                samples[y / (lines / height) * width + x / (cells / width)] / 65535.0;
    int middle = 2 * (wide ? width : height);
    int pixel_w = fit ? cells / shown_w : middle, pixel_h = fit ? lines / shown_h : middle;
    int left = fit ? 0 : (cells - to_width * pixel_w) / 2,
        top = fit ? 0 : (lines - to_height * pixel_h) / 2;
    double worst = 0;
    for (int j = 0; j < to_height; j++)
        for (int i = 0; i < to_width; i++) {
            int x = i - (to_width - shown_w) / 2, y = j - (to_height - shown_h) / 2;
            bool inside = x >= 0 && x < shown_w && y >= 0 && y < shown_h;
            double want = inside ? mean_of(grid, cells, left + x * pixel_w, top + y * pixel_h,
                                           pixel_w, pixel_h)
                                 : 0;
            worst = fmax(worst, fabs(got[j * to_width + i] - want));
        }
    if (!CHECK(t, worst < 1e-6))
        printf("    %d by %d to %d by %d, %s: %g\n", width, height, to_width, to_height,
               fit ? "fit" : "fill", worst);
}

static void test_resize(Test *t) {
    static uint16_t samples[40 * 40];
    const char *path = folder(t, "resize");
    static const int sizes[][4] = {{6, 4, 3, 2}, {5, 7, 3, 4},     {7, 5, 3, 4},  {8, 8, 3, 3},
                                   {3, 3, 8, 8}, {20, 6, 4, 4},    {6, 20, 4, 4}, {1, 9, 5, 3},
                                   {9, 1, 3, 5}, {16, 10, 10, 16}, {4, 4, 4, 4}};
    draw_samples(samples, 40 * 40, 16);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int how = AERT_RESIZE_FIT; how <= AERT_RESIZE_FILL; how++)
            resized(t, path, samples, sizes[i][0], sizes[i][1], sizes[i][2], sizes[i][3],
                    (AertResize)how);
}

/* A smooth picture, which JPEG keeps nearly as it is. */
static void write_jpeg(Test *t, const char *name, J_COLOR_SPACE space, bool progressive) {
    enum { SIZE = 24 };
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr manager;
    FILE *file = fopen(test_path(t, name), "wb");
    if (!file)
        exit(1);
    jpeg.err = jpeg_std_error(&manager);
    jpeg_create_compress(&jpeg);
    jpeg_stdio_dest(&jpeg, file);
    jpeg.image_width = jpeg.image_height = SIZE;
    jpeg.in_color_space = space;
    jpeg.input_components = space == JCS_GRAYSCALE ? 1 : space == JCS_CMYK ? 4 : 3;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, 100, TRUE);
    if (progressive)
        jpeg_simple_progression(&jpeg);
    jpeg_start_compress(&jpeg, TRUE);
    for (int y = 0; y < SIZE; y++) {
        unsigned char row[4 * SIZE], *to = row;
        for (int x = 0; x < SIZE; x++)
            for (int c = 0; c < jpeg.input_components; c++)
                *to++ = (unsigned char)(c == 0 ? 10 * x : c == 1 ? 10 * y : c == 2 ? 128 : 255);
        JSAMPROW rows[] = {row};
        jpeg_write_scanlines(&jpeg, rows, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    fclose(file);
}

static void test_jpeg(Test *t) {
    enum { SIZE = 24, PLANE = SIZE * SIZE };
    static const J_COLOR_SPACE spaces[] = {JCS_GRAYSCALE, JCS_RGB, JCS_CMYK};
    const char *path = folder(t, "jpeg");
    const AertInput color = input_of(3, SIZE, SIZE), grey = input_of(1, SIZE, SIZE);
    for (int k = 0; k < 6; k++) {
        double got[3 * PLANE], flat[PLANE], worst = 0, off = 0;
        write_jpeg(t, "jpeg/a.jpeg", spaces[k / 2], k % 2);
        if (!WORKS(t, read_one(t, path, &color, AERT_RESIZE_NO, got)) ||
            !WORKS(t, read_one(t, path, &grey, AERT_RESIZE_NO, flat)))
            continue;
        for (int i = 0; i < PLANE; i++) {
            double want[3] = {10 * (i % SIZE) / 255.0, 10 * (i / SIZE) / 255.0, 128 / 255.0};
            double luma = 0;
            for (int c = 0; c < 3; c++) {
                double value = k < 2 ? want[0] : want[c];
                worst = fmax(worst, fabs(got[c * PLANE + i] - value));
                luma += (c == 0 ? 0.299 : c == 1 ? 0.587 : 0.114) * value;
            }
            off = fmax(off, fabs(flat[i] - luma));
        }
        CHECK(t, worst < 0.05 && off < 0.03);
    }
    static unsigned char bytes[1 << 16];
    write_jpeg(t, "jpeg/a.jpeg", JCS_RGB, false);
    size_t size = test_read(test_path(t, "jpeg/a.jpeg"), bytes, sizeof bytes);
    for (size_t cut = 3; cut + 2 < size; cut += 7) /* the end's mark may be missing */
        FAILS(t, (test_file(t, "jpeg/a.jpeg", bytes, cut), read_one(t, path, &color, 0, NULL)),
              "a.jpeg: cannot be read as");
}

/* A folder of all formats, of one size or made so; what is no picture is left out and told. */
static void test_mixed(Test *t) {
    static const uint16_t deep[] = {0, 13107, 26214, 39321, 52428, 65535},
                          few[] = {0, 1, 2, 3, 1, 0};
    const char *path = folder(t, "mixed");
    const AertInput input = input_of(1, 2, 3);
    write_png(t, "mixed/2.png", &(Made){3, 2, 2, PNG_COLOR_TYPE_GRAY, false, few, NULL, 0, -1});
    write_png(t, "mixed/1.dat", &(Made){3, 2, 16, PNG_COLOR_TYPE_GRAY, false, deep, NULL, 0, -1});
    test_file(t, "mixed/notes.txt", "no picture", 10);
    test_file(t, "mixed/.hidden", "none", 4);
    folder(t, "mixed/empty");
    AertData data;
    if (WORKS(t, aert_data_open(&data, path, &input, &t->error))) {
        const float *value = data.values;
        CHECK(t, data.count == 2 && data.element == AERT_FLOAT && fabsf(value[1] - 0.2f) < 1e-6f &&
                     fabsf(value[6 + 1] - 1 / 3.f) < 1e-6f);
        CHECK(t, data.note && strstr(data.note, "mixed: 2 pictures; left out: 2 that are no PNG or "
                                                "JPEG (notes.txt, empty)"));
        aert_data_close(&data);
    }
    write_jpeg(t, "mixed/3.png", JCS_RGB, false); /* by what it holds */
    FAILS(t, aert_data_open(&data, path, &input, &t->error),
          "3.png: is 24 pixels high and 24 wide, input x wants 2 and 3: --resize fit");
    const AertReading how = {.resize = AERT_RESIZE_FILL};
    const AertDataFrom from = {.path = path, .how = &how};
    if (WORKS(t, aert_data_open_labelled(&data, NULL, &from, &input, &t->error))) {
        CHECK(t, data.count == 3);
        aert_data_close(&data);
    }
    const AertDataFrom little = {
        .path = path, .most = 70, .how = &how}; /* 3 pictures of 6 floats are 72 bytes */
    FAILS(t, aert_data_open_labelled(&data, NULL, &little, &input, &t->error), "--max-unpacked");
    test_file(t, "mixed/4.jpg", "no picture", 10);
    FAILS(t, aert_data_open_labelled(&data, NULL, &from, &input, &t->error),
          "4.jpg: cannot be read as PNG");
    FAILS(t, aert_data_open(&data, test_path(t, "mixed/2.png"), &input, &t->error),
          "2.png: is a picture: name the folder that it lies in");
}

/* What a head claims takes no memory. */
static void test_claims(Test *t) {
    static unsigned char bytes[1 << 16];
    const char *path = folder(t, "claims");
    const AertInput input = input_of(1, 2, 3);
    static const uint16_t samples[] = {0, 51, 102, 153, 204, 255};
    double got[6];
    write_png(t, "claims/a.png",
              &(Made){3, 2, 8, PNG_COLOR_TYPE_GRAY, false, samples, NULL, 0, -1});
    size_t size = test_read(test_path(t, "claims/a.png"), bytes, sizeof bytes);
    static const unsigned char huge[] = {0, 15, 66, 64, 0, 15, 66, 64}; /* a million each */
    memcpy(bytes + 16, huge, sizeof huge);
    uint32_t crc = 0xffffffff;
    for (int i = 12; i < 29; i++)
        for (int bit = crc ^= bytes[i], k = 0; k < 8; k++, (void)bit)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    crc = ~crc;
    for (int i = 0; i < 4; i++)
        bytes[29 + i] = (unsigned char)(crc >> (24 - 8 * i));
    test_file(t, "claims/a.png", bytes, size);
    FAILS(t, read_one(t, path, &input, AERT_RESIZE_FIT, got),
          "too few for 1000000 by 1000000 pixels");
    remove(test_path(t, "claims/a.png"));
    write_jpeg(t, "claims/a.jpg", JCS_GRAYSCALE, true);
    size = test_read(test_path(t, "claims/a.jpg"), bytes, sizeof bytes);
    for (size_t i = 0; i + 9 < size; i++)
        if (bytes[i] == 0xff && bytes[i + 1] == 0xc2)
            memset(bytes + i + 5, 0xfa, 4);
    test_file(t, "claims/a.jpg", bytes, size);
    FAILS(t, read_one(t, path, &input, AERT_RESIZE_FIT, got), "too few for 64250 by 64250 pixels");
}

int main(void) {
    Test test;
    test_begin(&test);
    test_depths(&test);
    test_palette(&test);
    test_resize(&test);
    test_jpeg(&test);
    test_mixed(&test);
    test_claims(&test);
    return test_end(&test);
}
