/* cpu_check: whether this processor has the features that a generated file was compiled for. */
#ifndef AERT_CPU_CHECK_H
#define AERT_CPU_CHECK_H

#include "base/base.h"

/* compiled_for lists features by their gcc names, parted by spaces, as AERT_CPU of cpu.h does:
 * "avx2 fma avx512f"; "" or NULL asks for nothing.  One line names those that this processor or
 * system lacks.  Must be called before any function of the generated file. */
bool aert_cpu_check(const char *compiled_for, AertError *error);

/* Whether the processor and the system offer all features of such a list; false for an unknown
 * name. */
bool aert_cpu_has(const char *features);

#endif
