/* The batches of a gradient check: see gradcheck_batch.h. */
#include "gradcheck_batch.h"

#include <stdlib.h>

static size_t size_of(const AertInput *input) {
    return aert_holds(input, AERT_HOLDS_A_CLASS) ? 0 : aert_input_size(input);
}

/* What row r of the blank batch is filled with; it may stay as it came. */
static void constant_of(const AertInput *input, int r, double *value) {
    double low = input->ranged ? input->low : -1, high = input->ranged ? input->high : 1;
    if (r % 4 == 0)
        *value = low > 0 || high < 0 ? low : 0;
    else if (r % 4 == 1)
        *value = high;
    else if (r % 4 == 2 && input->role != AERT_AS_GIVEN) /* a mask, 0 or 1, has no middle */
        *value = (low + high) / 2 + (low + high == 0 ? high / 2 : 0);
}

bool batches_open(Batches *batches, const Session *session, int rows, AertError *error) {
    const AertModel *model = session->model;
    size_t total = 1;
    for (int i = 0; i < model->inputs; i++)
        total += size_of(&model->input[i]) * (size_t)rows;
    double *own = aert_allocate(total, 2 * sizeof(double), "a batch", error), *blank = own + total;
    batches->inputs[BATCH_ORDINARY] = own;
    batches->inputs[BATCH_BLANK] = blank;
    for (int i = 0; own && i < model->inputs; i++) {
        const AertInput *input = &model->input[i];
        size_t size = size_of(input);
        for (size_t at = 0; at < (size_t)rows * size; at++, own++, blank++) {
            *own = *blank = session_input(session, i, at);
            constant_of(input, (int)(at / size), blank);
        }
    }
    return batches->inputs[BATCH_ORDINARY] != NULL;
}

void batches_close(Batches *batches) {
    free(batches->inputs[BATCH_ORDINARY]); /* the other lies behind it */
}

void batches_take(const Batches *batches, int which, const Session *session, int rows) {
    const double *from = batches->inputs[which];
    for (int i = 0; i < session->model->inputs; i++) {
        size_t size = size_of(&session->model->input[i]) * (size_t)rows;
        for (size_t e = 0; e < size; e++)
            session_set_input(session, i, e, *from++);
    }
}
