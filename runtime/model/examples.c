/* Opens what --data and --labels name, or makes the built-in examples.
 *
 * Its one idea: a model has one input to encode and at most one label, and which file belongs to
 * which follows from the kinds of its inputs.
 */
#include "examples.h"
#include "data/data.h"

#include <string.h>

/* The number of the label among the inputs, or -1; -2 where the inputs are more than files can be
 * given for. */
static int label_of(const AertModel *model) {
    if (model->inputs == 1)
        return -1;
    return model->inputs == 2 && model->input[1].kind == AERT_LABEL ? 1 : -2;
}

/* What labels must be that no input declares: of any number of classes. */
static const AertInput any_label = {.kind = AERT_LABEL, .name = "label"};

static bool open_builtin(Examples *examples, const AertModel *model, int label,
                         const ExamplesFrom *from, AertError *error) {
    AertInput ten = {.kind = AERT_LABEL, .name = "label", .classes = 10};
    const AertInput *input = label > 0 ? &model->input[label] : from->marked ? &ten : NULL;
    int test = from->use == EXAMPLES_TEST;
    return aert_strokes_make(&examples->data[0], &model->input[0],
                             label > 0 ? &examples->data[label] : &examples->marks, input,
                             test ? AERT_STROKES_TRAIN : 0,
                             test ? AERT_STROKES_TEST : AERT_STROKES_TRAIN, 0, error);
}

static bool open_files(Examples *examples, const AertModel *model, int label,
                       const ExamplesFrom *from, AertError *error) {
    AertData *data = &examples->data[0], *labels = &examples->marks;
    const AertInput *wanted = label > 0 ? &model->input[label] : &any_label;
    const AertDataFrom examples_from = {from->data, from->labels ? NULL : from->column, from->most},
                       labels_from = {from->labels, from->column, from->most};
    if (!aert_data_open_labelled(data, labels, &examples_from, &model->input[0], error))
        return false;
    if (from->labels) {
        aert_data_close(labels);
        if (!aert_data_open_labelled(labels, NULL, &labels_from, wanted, error))
            return false;
    }
    if (labels->count == 0 && label > 0)
        return aert_fail(
            error, "%s reads the label '%s' of each example: name the file of the labels of %s too",
            model->name, model->input[label].name, from->data);
    if (labels->count == 0)
        return true;
    if (!aert_data_check_labels(labels, wanted, error) ||
        !aert_data_same_count(data, labels, error))
        return false;
    if (label > 0) {
        examples->data[label] = *labels;
        *labels = (AertData){0};
    }
    return true;
}

bool examples_open(Examples *examples, const AertModel *model, const ExamplesFrom *from,
                   AertError *error) {
    *examples = (Examples){0};
    int label = from->given ? -1 : label_of(model);
    if (label == -2)
        return aert_fail(error, "%s has %d inputs; only one and a label can be given", model->name,
                         model->inputs);
    if (from->labels && label < 0 && !from->marked && !from->given)
        return aert_fail(error, "%s reads no labels: leave out '%s'", model->name, from->labels);
    examples->inputs = from->given ? 1 : model->inputs;
    if (from->data ? !open_files(examples, model, label, from, error)
                   : !open_builtin(examples, model, label, from, error))
        return false;
    examples->count = examples->data[0].count;
    return true;
}

const AertData *examples_labels(const Examples *examples) {
    return examples->inputs > 1    ? &examples->data[1]
           : examples->marks.count ? &examples->marks
                                   : NULL;
}

void examples_close(Examples *examples) {
    for (int i = 0; i < MAX_INPUTS; i++)
        aert_data_close(&examples->data[i]);
    aert_data_close(&examples->marks);
    memset(examples, 0, sizeof *examples);
}
