/* Products with windows: matrices that lie in memory as windows that overlap, and are never stored.
 *
 * A convolution multiplies the windows of its image, a row for each pixel, by its kernels.  Stored,
 * those rows take as many times the memory of the image as a kernel has pixels; here a few of them
 * at a time are copied side by side, where they stay in cache while they are multiplied.
 *
 *     3 by 3 windows of [n,16,16,32]     rows     n, 14, 14    strides 8192, 512, 32
 *     as a matrix (196 n, 288)           columns  3, 3, 32     strides 512, 32, 1
 */
#ifndef AERT_WINDOWS_H
#define AERT_WINDOWS_H

enum {
    AERT_WINDOW_AXES = 16,      /* of rows and columns together */
    AERT_WINDOW_COLUMNS = 4096, /* the most that a matrix may have */
    AERT_WINDOWS_SUMMED = 208   /* the most rows that are summed at a time: gemm takes so many */
};

/* Element (row, column) lies at what the row's places along its axes, and the column's along
 * theirs, come to in strides. */
typedef struct AertWindows {
    int rows, columns;            /* axes of each */
    int length[AERT_WINDOW_AXES]; /* the rows' first; that of the very first axis is not read */
    int stride[AERT_WINDOW_AXES];
} AertWindows;

/* The part of such a matrix that a product reads, from a row and a column on. */
typedef struct AertSeen {
    const AertWindows *windows;
    const void *from; /* floats or doubles: the matrix's first element */
    long row;
    int column;
} AertSeen;

/* C = op(A) op(B) as gemm of gemm.h does it, where A, or B, is seen through windows: their rows are
 * its stored rows.  The other operand and C are as there. */
void windows_times_f32(AertSeen a, int ta, int tb, int m, int n, int k, const float *b, int ldb,
                       float *c, int ldc);
void windows_times_f64(AertSeen a, int ta, int tb, int m, int n, int k, const double *b, int ldb,
                       double *c, int ldc);
void times_windows_f32(int ta, int tb, int m, int n, int k, const float *a, int lda, AertSeen b,
                       float *c, int ldc);
void times_windows_f64(int ta, int tb, int m, int n, int k, const double *a, int lda, AertSeen b,
                       double *c, int ldc);

#endif
