/* Averages of parameters: what is evaluated and written in their place.
 *
 * Its one idea: an average lies in a slot of its own beside its parameter, and the two change
 * places while weights are looked at; training itself only sees the parameters.
 *
 * Example: slots "encoder.dense_1.W" and "average:encoder.dense_1.W".
 */
#include "training.h"

/* Visits each pair; training is in float. */
static void visit(Training *training, bool swap) {
    const AertModel *model = training->session.model;
    float *store = training->session.store;
    for (int i = 0; i < model->slots; i++) {
        if (model->slot[i].kind != AERT_AVERAGE)
            continue;
        float *average = store + model->slot[i].offset;
        float *param = store + model->slot[model->slot[i].of].offset;
        for (size_t k = 0; k < aert_slot_size(&model->slot[i]); k++) {
            float kept = average[k];
            average[k] = param[k];
            param[k] = swap ? kept : param[k];
        }
    }
}

void training_averages_start(Training *training) {
    visit(training, false);
}

void training_averages_swap(Training *training) {
    visit(training, true);
}
