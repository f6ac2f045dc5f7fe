/* image: a picture brought to the size and the channels of an input, while its rows are decoded.
 *
 * Its one idea: each pixel that is wanted is the mean of the area of the picture that it covers, of
 * whatever parts of pixels; so one larger, one smaller and one of the right size are the same to
 * it, and of the picture only a row is ever in memory.
 */
#include "image.h"

#include <math.h>
#include <stdlib.h>

static double smaller(double a, double b) {
    return a < b ? a : b;
}

static double larger(double a, double b) {
    return a > b ? a : b;
}

/* A side of the picture and of what it becomes: pixel i of count, from `to` on, covers the part of
 * the side from begin + i * step to begin + (i + 1) * step. */
typedef struct Side {
    double begin, step;
    int to, count;
} Side;

typedef struct Scaler {
    const AertImageGoal *goal;
    const char *path;
    AertImage image;
    Side across, down;
    float *row;    /* (width of the picture, channels): 0 … 1 */
    double *means; /* (across.count, channels) of a row */
    double *sum;   /* (height, width, channels) of what is wanted */
} Scaler;

/* The sides of the picture in those of the goal: `scale` pixels of it for one of the picture. */
static Side side_of(int64_t have, int want, double scale, AertResize resize) {
    if (resize == AERT_RESIZE_FILL) /* the middle of the picture, all of the goal */
        return (Side){((double)have - want / scale) / 2, 1 / scale, 0, want};
    long fitting = lrint((double)have * scale);
    fitting = fitting < 1 ? 1 : fitting > want ? want : fitting;
    return (Side){0, (double)have / (double)fitting, (int)(want - fitting) / 2, (int)fitting};
}

static void set_sides(Scaler *scaler) {
    const AertImageGoal *goal = scaler->goal;
    const AertImage *image = &scaler->image;
    double across = goal->width / (double)image->width, down = goal->height / (double)image->height;
    double scale = goal->resize == AERT_RESIZE_FILL ? larger(across, down) : smaller(across, down);
    scaler->across = side_of(image->width, goal->width, scale, goal->resize);
    scaler->down = side_of(image->height, goal->height, scale, goal->resize);
}

static bool begin(void *user, const AertImage *image, AertError *error) {
    Scaler *scaler = user;
    const AertImageGoal *goal = scaler->goal;
    scaler->image = *image;
    if (goal->resize == AERT_RESIZE_NO &&
        (image->width != goal->width || image->height != goal->height))
        return aert_fail(error,
                         "%s: is %lld pixels high and %lld wide, input %s wants %d and %d: "
                         "--resize fit or fill makes it so",
                         scaler->path, (long long)image->height, (long long)image->width,
                         goal->input, goal->height, goal->width);
    set_sides(scaler);
    size_t channels = (size_t)goal->channels, width = (size_t)image->width;
    scaler->row = aert_allocate(width, channels * sizeof *scaler->row, "a picture", error);
    scaler->means =
        aert_allocate((size_t)goal->width, channels * sizeof *scaler->means, "a picture", error);
    scaler->sum = aert_allocate((size_t)goal->width * (size_t)goal->height,
                                channels * sizeof *scaler->sum, "a picture", error);
    return scaler->row && scaler->means && scaler->sum;
}

/* The samples of a row as floats of the channels that are wanted. */
static void convert(Scaler *scaler, const void *samples) {
    const AertImage *image = &scaler->image;
    const unsigned char *byte = samples;
    const uint16_t *word = samples;
    int n = image->channels, colors = n < 3 ? 1 : 3, wanted = scaler->goal->channels;
    float most = image->deep ? 65535 : 255, value[4], *out = scaler->row;
    for (int64_t x = 0; x < image->width; x++, byte += n, word += n, out += wanted) {
        for (int c = 0; c < n; c++)
            value[c] = (image->deep ? (float)word[c] : (float)byte[c]) / most;
        float alpha = n == 2 || n == 4 ? value[n - 1] : 1;
        float luma =
            colors == 1 ? value[0] : 0.299f * value[0] + 0.587f * value[1] + 0.114f * value[2];
        for (int c = 0; c < wanted; c++)
            out[c] = alpha * (wanted == 1 || colors == 1 ? luma : value[c]);
    }
}

/* How much of pixel x lies within begin … end. */
static double part(int64_t x, double begin, double end) {
    return smaller((double)x + 1, end) - larger((double)x, begin);
}

/* The means of the row over what each pixel covers of it. */
static void average_row(Scaler *scaler) {
    const Side *side = &scaler->across;
    int channels = scaler->goal->channels;
    for (int i = 0; i < side->count; i++) {
        double from = larger(side->begin + i * side->step, 0);
        double to = smaller(side->begin + (i + 1) * side->step, (double)scaler->image.width);
        double *mean = scaler->means + (size_t)i * (size_t)channels, sum[3] = {0};
        for (int64_t x = (int64_t)from; (double)x < to; x++) {
            double share = part(x, from, to);
            for (int c = 0; c < channels; c++)
                sum[c] += share * (double)scaler->row[x * channels + c];
        }
        for (int c = 0; c < channels; c++)
            mean[c] = sum[c] / (to - from);
    }
}

static void take_row(void *user, int64_t y, const void *samples) {
    Scaler *scaler = user;
    const Side *down = &scaler->down;
    size_t channels = (size_t)scaler->goal->channels;
    size_t count = (size_t)scaler->across.count * channels;
    double height = (double)scaler->image.height;
    int first = (int)larger(((double)y - down->begin) / down->step - 1, 0);
    bool averaged = false;
    for (int j = first; j < down->count; j++) {
        double from = larger(down->begin + j * down->step, 0);
        double to = smaller(down->begin + (j + 1) * down->step, height);
        if (from >= (double)y + 1)
            break;
        double weight = part(y, from, to) / (to - from);
        if (!(weight > 0))
            continue;
        if (!averaged)
            convert(scaler, samples), average_row(scaler);
        averaged = true;
        double *sum =
            scaler->sum +
            (((size_t)(down->to + j) * (size_t)scaler->goal->width + (size_t)scaler->across.to) *
             channels);
        for (size_t i = 0; i < count; i++)
            sum[i] += weight * scaler->means[i];
    }
}

bool aert_image_read(const char *path, const AertImageGoal *goal, float *out, AertError *error) {
    Scaler scaler = {.goal = goal, .path = path};
    const AertImageTaker taker = {begin, take_row, &scaler, goal->most};
    bool fine = aert_image_decode(path, &taker, error);
    size_t channels = (size_t)goal->channels;
    size_t plane = (size_t)goal->height * (size_t)goal->width;
    for (size_t i = 0; fine && i < plane; i++)
        for (size_t c = 0; c < channels; c++)
            out[c * plane + i] = (float)scaler.sum[i * channels + c];
    free(scaler.row);
    free(scaler.means);
    free(scaler.sum);
    return fine;
}
