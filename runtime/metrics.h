/* metrics: DIR/metrics.csv and DIR/metrics.jsonl, a line an epoch.
 *
 * Both are opened, appended to, flushed and closed for each line, so that nothing is lost when a
 * run is killed.  Numbers are written with the fewest digits that read back exactly.  CSV has nan
 * and inf for what is not finite, JSON null.
 */
#ifndef AERT_METRICS_H
#define AERT_METRICS_H

#include "error.h"
#include <stdint.h>

/* Appends the epoch, its stage where that is not NULL, and `count` values by name.  A new CSV file
 * begins with a line of names; one that has other names in it is an error. Names must be the same
 * in every call of a run; the first column is always "epoch", the second "stage" where there are
 * stages. */
bool aert_metrics_append(const char *directory, int64_t epoch, const char *stage, int count,
                         const char *const *name, const double *value, AertError *error);

/* Removes lines of epochs after `epoch`, and a last line that was cut short; atomically.  A missing
 * file is fine. */
bool aert_metrics_cut(const char *directory, int64_t epoch, AertError *error);

/* The shortest decimal text of value that reads back as the same double; "nan", "inf", "-inf".
 * Returns `text`. */
const char *aert_number_text(double value, char text[32]);

#endif
