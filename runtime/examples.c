/* Opens what --data and --labels name, or makes the built-in examples.
 *
 * Its one idea: a model has one input to encode and at most one label, and which file belongs to
 * which follows from the kinds of its inputs.
 */
#include "examples.h"
#include "strokes.h"

#include <string.h>

/* The number of the label among the inputs, or -1; -2 where the inputs are more than files can be
 * given for. */
static int label_of(const AertModel *model) {
    if (model->inputs == 1)
        return -1;
    return model->inputs == 2 && model->input[1].kind == AERT_LABEL ? 1 : -2;
}

static bool open_builtin(Examples *examples, const AertModel *model, int label, ExamplesUse use,
                         AertError *error) {
    const AertInput *labels = label < 0 ? NULL : &model->input[label];
    int test = use == EXAMPLES_TEST;
    return aert_strokes_make(
        &examples->data[0], &model->input[0], label < 0 ? NULL : &examples->data[label], labels,
        test ? AERT_STROKES_TRAIN : 0, test ? AERT_STROKES_TEST : AERT_STROKES_TRAIN, 0, error);
}

bool examples_open(Examples *examples, const AertModel *model, const char *data, const char *labels,
                   ExamplesUse use, AertError *error) {
    *examples = (Examples){0};
    int label = label_of(model);
    if (label == -2)
        return aert_fail(error, "%s has %d inputs; only one and a label can be given", model->name,
                         model->inputs);
    if (labels && label < 0)
        return aert_fail(error, "%s reads no labels: leave out '%s'", model->name, labels);
    if (data && label > 0 && !labels)
        return aert_fail(
            error, "%s reads the label '%s' of each example: name the file of the labels of %s too",
            model->name, model->input[label].name, data);
    examples->inputs = model->inputs;
    if (!data) {
        if (!open_builtin(examples, model, label, use, error))
            return false;
    } else {
        if (!aert_data_open(&examples->data[0], data, &model->input[0], error))
            return false;
        if (label > 0 &&
            (!aert_data_open(&examples->data[label], labels, &model->input[label], error) ||
             !aert_data_same_count(&examples->data[0], &examples->data[label], error)))
            return false;
    }
    examples->count = examples->data[0].count;
    return true;
}

void examples_close(Examples *examples) {
    for (int i = 0; i < MAX_INPUTS; i++)
        aert_data_close(&examples->data[i]);
    memset(examples, 0, sizeof *examples);
}
