/* What must never happen: a mistake of ours, not of the model. */
#ifndef AECC_DIE_H
#define AECC_DIE_H

/* Prints file and line, aborts. */
_Noreturn void die_at(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#define die(...) die_at(__FILE__, __LINE__, __VA_ARGS__)

#endif
