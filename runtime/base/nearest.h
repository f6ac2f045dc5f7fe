/* nearest: did you mean: the known name nearest to a mistyped one.
 *
 *     epoch, of data, epochs      epochs
 *     total, of iota              NULL: two edits, and another first letter
 */
#ifndef AERT_NEAREST_H
#define AERT_NEAREST_H

/* The candidate nearest to `name` by edit distance, or NULL when none is near: one edit is allowed
 * for each three letters, and more than one want the same first letter. */
const char *aert_nearest(const char *name, const char *const *candidates, int count);

#endif
