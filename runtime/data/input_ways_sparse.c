/* The ways of inputs `vector` and `counts`, which are read from what is not 0, too. */
#include "signals.h"
#include "input_ways.h"

static bool open_sparse(AertData *data, AertData *labels, const AertBytes *bytes,
                        const AertDataFrom *from, const AertInput *input, bool *taken,
                        AertError *error) {
    bool mtx = bytes && aert_mtx_is(bytes);
    bool svm = bytes && !mtx && aert_data_is_text(from->path, bytes) && aert_svm_is(bytes);
    *taken = mtx || svm;
    return mtx ? aert_mtx_open(data, bytes, input, error)
               : svm && aert_svm_open(data, labels, bytes, from, input, error);
}

const AertWays aert_ways_vector = {
    .open = open_sparse, .builtin = "built-in signals", .draw = aert_signal_draw};
const AertWays aert_ways_counts = {
    .open = open_sparse, .builtin = "built-in signals", .draw = aert_signal_draw};
