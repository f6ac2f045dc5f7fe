/* The batches of a gradient check: see gradcheck_batch.h. */
#include "gradcheck_batch.h"

#include <stdlib.h>

static size_t size_of(const AertInput *input) {
    return aert_holds(input, AERT_HOLDS_A_CLASS) ? 0 : aert_input_size(input);
}

/* What row r of the blank batch is filled with; false where it stays as it came. */
static bool constant_of(const AertInput *input, int r, double *value) {
    double low = input->ranged ? input->low : -1, high = input->ranged ? input->high : 1;
    if (input->role == AERT_AS_GIVEN && r % 4 == 2) /* a mask is 0 or 1: it has no middle */
        return false;
    switch (r % 4) {
    case 0:
        *value = low > 0 || high < 0 ? low : 0;
        return true;
    case 1:
        *value = high;
        return true;
    case 2:
        *value = (low + high) / 2 + (low + high == 0 ? high / 2 : 0);
        return true;
    default:
        return false;
    }
}

bool batches_open(Batches *batches, const Session *session, int rows, AertError *error) {
    const AertModel *model = session->model;
    size_t total = 1, at = 0;
    for (int i = 0; i < model->inputs; i++)
        total += size_of(&model->input[i]) * (size_t)rows;
    for (int k = 0; k < BATCHES; k++) {
        batches->inputs[k] = aert_allocate(total, sizeof(double), "a batch", error);
        if (!batches->inputs[k])
            return false;
    }
    for (int i = 0; i < model->inputs; i++) {
        const AertInput *input = &model->input[i];
        size_t size = size_of(input);
        for (int r = 0; r < rows; r++, at += size) {
            double value;
            bool constant = constant_of(input, r, &value);
            for (size_t e = 0; e < size; e++) {
                double own = session_input(session, i, (size_t)r * size + e);
                batches->inputs[BATCH_ORDINARY][at + e] = own;
                batches->inputs[BATCH_BLANK][at + e] = constant ? value : own;
            }
        }
    }
    return true;
}

void batches_close(Batches *batches) {
    for (int k = 0; k < BATCHES; k++)
        free(batches->inputs[k]);
}

void batches_take(const Batches *batches, int which, const Session *session, int rows) {
    const double *from = batches->inputs[which];
    for (int i = 0; i < session->model->inputs; i++) {
        size_t size = size_of(&session->model->input[i]) * (size_t)rows;
        for (size_t e = 0; e < size; e++)
            session_set_input(session, i, e, *from++);
    }
}
