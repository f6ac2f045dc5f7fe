/* say: what commands print on standard output, as text for people or as JSON for programs.
 *
 *     say("%d samples in %s\n", count, path);
 *     tell(options->json, "{\"queries\": %d, \"metric\": %s}\n", "%d queries by %s\n", count,
 * name);
 *
 * Formats are those of printf with %s, %d, %g and the like, `*` left out.  A text is shown as a
 * terminal may see it (visible.h); in JSON it stands in quotes, and a number has the digits that
 * read back.
 */
#ifndef AERT_SAY_H
#define AERT_SAY_H

#include "base/base.h"

void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

void say_json(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Either as JSON or as text: both formats take all of the arguments. */
void tell(bool json, const char *as_json, const char *as_text, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));

/* Into a file, as it is: fields of tables, of at most twice the length of a name. */
void file_say(AertFile *file, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
