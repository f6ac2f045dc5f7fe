/* The prelude: the definitions in the language itself that every model may use, one file an array
 * of bytes.
 *
 * The build writes prelude_files from the .ae files of compiler/prelude, in the order of their
 * names.
 */
#ifndef AECC_PRELUDE_H
#define AECC_PRELUDE_H

#include <stddef.h>

typedef struct PreludeFile {
    const char *name; /* "prelude/layers.ae" */
    const char *text; /* ends in a NUL, which length does not count */
    size_t length;
} PreludeFile;

extern const PreludeFile prelude_files[];
extern const int prelude_count;

#endif
