/* Types: shapes whose lengths are numbers or multiples of the rows of the batch.
 *
 *     [n,784]  rank 2, dim {-1, 784}      [5n,2]  rank 2, dim {-5, 2}      []  rank 0
 *     int[n]   the same of integers
 */
#include "ir/ir.h"

Type type_prefixed(int dim, Type type) {
    if (type.rank == MAX_RANK)
        die("a derivative needs more than %d axes", MAX_RANK);
    for (int i = type.rank++; i > 0; i--)
        type.dim[i] = type.dim[i - 1];
    type.dim[0] = dim;
    return type;
}

Type type_without(Type type, int at) {
    type.rank--;
    for (int i = at; i < type.rank; i++)
        type.dim[i] = type.dim[i + 1];
    return type;
}

bool type_has_rows(Type type) {
    for (int i = 0; i < type.rank; i++)
        if (type.dim[i] < 0)
            return true;
    return false;
}

int type_dim(Type type, int axis) {
    return -axis <= type.rank ? type.dim[type.rank + axis] : 1;
}

double type_size(Type type, double rows) {
    double size = 1;
    for (int i = 0; i < type.rank; i++)
        size *= type.dim[i] < 0 ? -(double)type.dim[i] * rows : (double)type.dim[i];
    return size;
}

bool type_broadcast(Type a, Type b, Type *result) {
    Type wide = a.rank >= b.rank ? a : b, narrow = a.rank >= b.rank ? b : a;
    int shift = wide.rank - narrow.rank;
    for (int i = 0; i < narrow.rank; i++) {
        int *to = &wide.dim[i + shift];
        if (*to == 1)
            *to = narrow.dim[i];
        else if (narrow.dim[i] != 1 && narrow.dim[i] != *to)
            return false;
    }
    *result = wide;
    return true;
}

Type type_make(int rank, const int *dim) {
    if (rank < 0 || rank > MAX_RANK)
        die("a type of rank %d", rank);
    Type type = {.rank = rank};
    for (int i = 0; i < rank; i++)
        type.dim[i] = dim[i];
    return type;
}

Type type_scalar(void) {
    return (Type){.rank = 0};
}

const char *type_text(Arena *arena, Type type) {
    Text text;
    text_open(&text, arena);
    text_add(&text, type.elem == ELEM_int ? "int[" : "[");
    for (int i = 0; i < type.rank; i++) {
        int d = type.dim[i];
        if (i > 0)
            text_add_bytes(&text, ",", 1);
        if (d == ROWS)
            text_add_bytes(&text, "n", 1);
        else if (d < 0)
            text_add(&text, "%lldn", -(long long)d);
        else
            text_add(&text, "%d", d);
    }
    text_add_bytes(&text, "]", 1);
    return text.at;
}
