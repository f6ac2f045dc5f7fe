/* sparse: see sparse.h. */
#include "sparse.h"

#include <math.h>
#include <stdlib.h>

enum { FIRST_ROOM = 1 << 12 };

bool aert_sparse_add(SparseBuilder *builder, int64_t example, int32_t column, float value,
                     AertError *error) {
    if (builder->count == builder->room) {
        size_t room = builder->room ? 2 * (size_t)builder->room : FIRST_ROOM;
        static const char what[] = "what is not 0";
        if (!aert_grow(&builder->example, room * sizeof *builder->example, what, error) ||
            !aert_grow(&builder->column, room * sizeof *builder->column, what, error) ||
            !aert_grow(&builder->value, room * sizeof *builder->value, what, error))
            return false;
        builder->room = (int64_t)room;
    }
    builder->example[builder->count] = example;
    builder->column[builder->count] = column;
    builder->value[builder->count++] = value;
    return true;
}

void aert_sparse_close(SparseBuilder *builder) {
    free(builder->example);
    free(builder->column);
    free(builder->value);
    *builder = (SparseBuilder){0};
}

bool aert_sparse_counts(const SparseBuilder *builder) {
    for (int64_t i = 0; i < builder->count; i++)
        if (builder->value[i] < 0 || (double)builder->value[i] != floor((double)builder->value[i]))
            return false;
    return true;
}

AertSparse *aert_sparse_make(const SparseBuilder *builder, int64_t examples, AertError *error) {
    size_t count = (size_t)builder->count, starts = (size_t)examples + 1;
    size_t bytes =
        sizeof(AertSparse) + starts * sizeof(int64_t) + count * (sizeof(int32_t) + sizeof(float));
    AertSparse *sparse = aert_allocate(bytes, 1, "what is not 0", error);
    if (!sparse)
        return NULL;
    sparse->start = (int64_t *)(void *)(sparse + 1);
    sparse->column = (int32_t *)(void *)(sparse->start + starts);
    sparse->value = (float *)(void *)(sparse->column + count);
    for (size_t i = 0; i < count; i++)
        sparse->start[builder->example[i] + 1]++;
    for (int64_t i = 0; i < examples; i++)
        sparse->start[i + 1] += sparse->start[i];
    for (size_t i = 0; i < count; i++) { /* start[e] moves to where the next example begins … */
        int64_t at = sparse->start[builder->example[i]]++;
        sparse->column[at] = builder->column[i];
        sparse->value[at] = builder->value[i];
    }
    for (int64_t i = examples; i > 0; i--) /* … and back */
        sparse->start[i] = sparse->start[i - 1];
    sparse->start[0] = 0;
    return sparse;
}
