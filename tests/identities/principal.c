/* What principal component analysis leaves: principal FILE.f32 FEATURES CODE prints the squared
 * error an example when the rows of the file, less their mean, are projected on their CODE first
 * principal components.
 *
 * Its one idea: that is the sum of the other eigenvalues of the covariance, which Jacobi's
 * rotations find.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST = 32, SWEEPS = 50 };

static void rotate(double a[MOST][MOST], int n, int p, int q) {
    if (a[p][q] == 0)
        return;
    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
    double c = 1 / sqrt(t * t + 1), s = t * c;
    for (int k = 0; k < n; k++) {
        double u = a[k][p], v = a[k][q];
        a[k][p] = c * u - s * v;
        a[k][q] = s * u + c * v;
    }
    for (int k = 0; k < n; k++) {
        double u = a[p][k], v = a[q][k];
        a[p][k] = c * u - s * v;
        a[q][k] = s * u + c * v;
    }
}

static int descending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

int main(int argc, char **argv) {
    static double a[MOST][MOST], mean[MOST], value[MOST];
    float row[MOST];
    FILE *file = argc == 4 ? fopen(argv[1], "rb") : NULL;
    int n = file ? atoi(argv[2]) : 0, code = file ? atoi(argv[3]) : 0;
    double rows = 0, rest = 0;
    if (n < 1 || n > MOST || code < 0 || code > n)
        return 2;
    for (; fread(row, sizeof *row, (size_t)n, file) == (size_t)n; rows++)
        for (int i = 0; i < n; i++) {
            mean[i] += row[i];
            for (int k = 0; k < n; k++)
                a[i][k] += (double)row[i] * row[k];
        }
    fclose(file);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++)
            a[i][k] = a[i][k] / rows - mean[i] / rows * (mean[k] / rows);
    for (int sweep = 0; sweep < SWEEPS; sweep++)
        for (int p = 0; p < n; p++)
            for (int q = p + 1; q < n; q++)
                rotate(a, n, p, q);
    for (int i = 0; i < n; i++)
        value[i] = a[i][i];
    qsort(value, (size_t)n, sizeof *value, descending);
    for (int i = code; i < n; i++)
        rest += value[i];
    printf("%.17g\n", rest);
    return 0;
}
