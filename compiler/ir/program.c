/* Questions about a program. */
#include "ir/program.h"

InputHolds input_holds(InputKind kind) {
    static const InputHolds holds_of[] = {
#define ABI_INPUT(name, NAME, rank, holds, lengths, many) [INPUT_##name] = HOLDS_##holds,
#include "abi.def"
    };
    return holds_of[kind];
}

bool input_is_whole(InputKind kind) {
    return input_holds(kind) == HOLDS_A_CLASS || input_holds(kind) == HOLDS_TOKENS;
}

const ScalarInfo *program_scalar(const Program *program, const char *name) {
    for (int i = 0; i < program->scalars.count; i++)
        if (program->scalars.at[i].name == name)
            return &program->scalars.at[i];
    return NULL;
}
