/* Writes a small data set, so that a test need not read thousands of examples.
 *
 * Its one idea: an example is a few round spots, a function of its number and the seed alone,
 * smooth over the last two axes (or one), within [0, 1].
 *
 *     blobs idx 300 1 28 28 > x.idx     300 examples of bytes, shape [28,28], seed 1
 *     blobs f32 300 1 1 28 28 > x.f32   the same as floats without a header, shape [1,28,28]
 *     blobs classes 300 1 10 > y.idx    300 numbers below 10
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SPOTS = 3, MAX_RANK = 4 };

typedef struct Spot {
    double row, column, width, height;
} Spot;

/* splitmix64 */
static double uniform(uint64_t *state) {
    uint64_t v = *state += 0x9e3779b97f4a7c15u;
    v = (v ^ (v >> 30)) * 0xbf58476d1ce4e5b9u;
    v = (v ^ (v >> 27)) * 0x94d049bb133111ebu;
    return (double)((v ^ (v >> 31)) >> 11) / 9007199254740992.0;
}

static void write_u32(uint32_t v) {
    for (int shift = 24; shift >= 0; shift -= 8)
        putchar((int)(v >> shift & 255));
}

/* The header of an IDX file of bytes: rank 1 + `rank`. */
static void write_idx(int count, int rank, const int *dim) {
    write_u32(0x800u + (uint32_t)rank + 1);
    write_u32((uint32_t)count);
    for (int i = 0; i < rank; i++)
        write_u32((uint32_t)dim[i]);
}

static double pixel(const Spot *spot, double row, double column) {
    double sum = 0;
    for (int s = 0; s < SPOTS; s++) {
        double r = (row - spot[s].row) / spot[s].width,
               c = (column - spot[s].column) / spot[s].width;
        sum += spot[s].height * exp(-(r * r + c * c) / 2);
    }
    return sum < 1 ? sum : 1;
}

static void write_example(uint64_t *state, size_t planes, int rows, int columns, int bytes) {
    for (size_t plane = 0; plane < planes; plane++) {
        Spot spot[SPOTS];
        for (int s = 0; s < SPOTS; s++)
            spot[s] = (Spot){rows * uniform(state), columns * uniform(state),
                             (0.05 + 0.1 * uniform(state)) * columns, 0.5 + 0.5 * uniform(state)};
        for (int i = 0; i < rows * columns; i++) {
            double v = pixel(spot, i / columns, i % columns);
            float real = (float)v;
            if (bytes)
                putchar((int)(255 * v + 0.5));
            else
                fwrite(&real, sizeof real, 1, stdout);
        }
    }
}

int main(int argc, char **argv) {
    int rank = argc - 4, dim[MAX_RANK] = {0};
    if (rank < 1 || rank > MAX_RANK)
        return 2;
    int count = atoi(argv[2]);
    uint64_t state = (uint64_t)atoll(argv[3]);
    for (int i = 0; i < rank; i++)
        dim[i] = atoi(argv[4 + i]);
    if (!strcmp(argv[1], "classes")) {
        write_idx(count, 0, dim);
        for (int i = 0; i < count; i++)
            putchar((int)(dim[0] * uniform(&state)));
        return 0;
    }
    int bytes = !strcmp(argv[1], "idx");
    size_t planes = 1;
    for (int i = 0; i + 2 < rank; i++)
        planes *= (size_t)dim[i];
    if (bytes)
        write_idx(count, rank, dim);
    for (int i = 0; i < count; i++)
        write_example(&state, planes, rank > 1 ? dim[rank - 2] : 1, dim[rank - 1], bytes);
    return fflush(stdout) == 0 ? 0 : 1;
}
