/* Questions about a program. */
#include "ir/program.h"

const ScalarInfo *program_scalar(const Program *program, const char *name) {
    for (int i = 0; i < program->scalars.count; i++)
        if (program->scalars.at[i].name == name)
            return &program->scalars.at[i];
    return NULL;
}
