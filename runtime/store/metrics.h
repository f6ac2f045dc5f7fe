/* metrics: DIR/metrics.csv and DIR/metrics.jsonl, a line an epoch.
 *
 * Both are opened, appended to, synced and closed for each line, so that nothing is lost when a run
 * is killed.  Numbers are written with the fewest digits that read back exactly; whole ones have no
 * point, those that are very small or large an exponent.  CSV has nan and inf for what is not
 * finite, JSON null.
 */
#ifndef AERT_METRICS_H
#define AERT_METRICS_H

#include "base/base.h"
#include <stdint.h>

/* What a run has written to a file so far: how much, and its CRC-32. */
typedef struct AertMetricsFile {
    int64_t bytes, crc;
} AertMetricsFile;

/* Kept in the checkpoint, as so many numbers. */
typedef struct AertMetrics {
    AertMetricsFile csv, json;
} AertMetrics;

enum { METRICS_NUMBERS = 4 };

/* Appends the epoch, its stage where that is not NULL, and `count` values by name, and adds them to
 * `metrics`.  A new CSV file begins with a line of names; one that has other names in it is an
 * error. Names must be the same in every call of a run; the first column is always "epoch", the
 * second "stage" where there are stages. */
bool aert_metrics_append(const char *directory, int64_t epoch, const char *stage, int count,
                         const char *const *name, const double *value, AertMetrics *metrics,
                         AertError *error);

/* Both files hold what `metrics` says and nothing else: what follows it is cut off; any other
 * difference is an error, and so is a missing file where there should be something. */
bool aert_metrics_restore(const char *directory, const AertMetrics *metrics, AertError *error);

#endif
