/* Samples whose elements are drawn one after another, each from what those before it tell.
 *
 * Its one idea: the entry draws all elements at once, from what the model says where the input is
 * as it is now, and element i always by the same random number.  What it draws for the first is
 * right at once, for the second as soon as the first is right, and so on: run again on what it has
 * drawn it has them all after as many rounds as there are elements, and as a rule much sooner,
 * since most elements hardly depend on those that were still wrong.  When a round changes nothing
 * it is over: there is only one such sample, which drawing one element after another would give,
 * too. (Song, Meng, Liao & Ermon, 2021, call this fixed-point iteration after Jacobi.)
 *
 * Example: 784 pixels of a digit are right after some 30 rounds.
 */
#include "sheet.h"

#include <string.h>

bool draws_in_order(const AertEntry *entry) {
    return entry->kind == AERT_SAMPLE && (entry->reads & 1);
}

typedef struct InOrder {
    Sheet *sheet;
    size_t known;
    const AertEntry *entry;
    const AertOutput *output; /* of the entry: what it draws */
    int rounds;
} InOrder;

/* Sets what is not known of the rows in hand to 0; any value would do. */
static void forget(const Session *session, size_t size, size_t known, int rows) {
    float *input = session->input[0];
    for (size_t r = 0; r < (size_t)rows; r++)
        memset(input + r * size + known, 0, (size - known) * sizeof *input);
}

/* Puts what was drawn into the input; whether that changed it. */
static bool advance(const Session *session, const InOrder *order, int rows) {
    float *input = session->input[0];
    size_t size = order->sheet->size;
    bool changed = false;
    for (size_t i = 0; i < (size_t)rows * size; i++) {
        if (i % size < order->known)
            continue;
        float drawn = (float)session_value(session, order->output, i);
        changed |= memcmp(&drawn, &input[i], sizeof drawn) != 0;
        input[i] = drawn;
    }
    return changed;
}

static bool draw_batch(const Pass *pass, void *context, const AertBatch *batch, AertError *error) {
    InOrder *order = context;
    Session *session = pass->session;
    size_t size = order->sheet->size;
    size_t most = size - order->known + 1; /* the last changes nothing */
    bool changed = true;
    forget(session, size, order->known, batch->rows);
    for (size_t round = 1; changed && round <= most; round++) {
        session_run(session, order->entry, batch->rows, 0, 0);
        if (!session_accepts(session, error))
            return false;
        changed = advance(session, order, batch->rows);
        if ((int)round > order->rounds)
            order->rounds = (int)round;
    }
    if (changed)
        return aert_fail(error,
                         "%s: what is drawn of an element depends on it or on later ones, so "
                         "that there is no order to draw them in",
                         order->output->place);
    memcpy(order->sheet->values + (size_t)batch->begin * size, session->input[0],
           (size_t)batch->rows * size * sizeof(float));
    return true;
}

bool sheet_sample_in_order(Sheet *sheet, Session *session, const AertEntry *entry,
                           const Examples *beside, int count, size_t known, int *rounds,
                           AertError *error) {
    InOrder order = {
        .sheet = sheet, .known = known, .entry = entry, .output = entry_output(entry, "xhat")};
    const Pass pass = {.session = session, .examples = beside, .count = count};
    if (!order.output)
        return aert_fail(error, "%s does not draw the input", entry->name);
    if (!sheet_open(sheet, 1, count, image_size(session->model), error))
        return false;
    bool fine = pass_run(&pass, draw_batch, &order, error);
    *rounds = order.rounds;
    return fine;
}
