/* recordings: see view/recordings.h. */
#include "reconstruct_moments.h"
#include "reconstruct_table.h"
#include "scores.h"

#include <math.h>

/* What an array has a number for stays. */
static int64_t keep_given(const AertData *recording, Moments *moments) {
    int64_t filled = 0;
    size_t channels = (size_t)moments->channels;
    const float *given = recording->values;
    for (size_t i = 0; i < (size_t)moments->count * channels; i++) {
        float was = given[(size_t)moments->row[i / channels] * channels + i % channels];
        filled += isnan(was);
        moments->value[i] = isnan(was) ? moments->value[i] : was;
    }
    return filled;
}

/* The recording again, as far as windows hold it. */
static bool write_recording(const Session *session, const Examples *examples, const Sheet *sheet,
                            const char *path, Filled *filled, AertError *error) {
    const AertModel *model = session->model;
    const AertInput *input = original_of(model);
    const AertDataFrom *from = &examples->from[model->original];
    const AertData *recording = &examples->data[model->original];
    Moments moments;
    bool fine = moments_open(&moments, sheet, recording, error),
         table = table_came(examples, model->original);
    AertRewritten part = {input, moments.value, NULL, 0, 0};
    const AertRewrite how = {path, moments.row, moments.count, session->options->fill, 1, &part};
    if (fine && how.fill && !table && recording->element == AERT_FLOAT)
        part.written = keep_given(recording, &moments);
    fine = fine && (table ? aert_data_rewrite(&how, from, error)
                          : moments_write(&moments, input, path, error));
    filled->filled += part.written;
    moments_close(&moments);
    return fine;
}

const AertSignals aert_signals = {.picture = sheet_signals,
                                  .by_moment = scores_by_moment,
                                  .draw = scores_draw,
                                  .rewrite = write_recording};
