/* Opens what --data and --labels name, or makes the built-in examples.
 *
 * Its one idea: a command reads some of the model's inputs, and each of them has its file: the one
 * that is named for it, that of --labels, or the one that is given without a name, which holds the
 * only input that is no label, or is a table whose columns go to the inputs of their names.
 */
#include "examples.h"
#include "data/data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What labels must be where no input of the model declares them: any number of classes will do. */
static const AertInput any_label = {.kind = AERT_CLASS, .role = AERT_AS_LABEL, .name = "label"};

static bool reads(const ExamplesFrom *from, int input) {
    return from->reads >> input & 1;
}

/* The first of the inputs that are read which is a label, or, where `label` is false, the first
 * that is not; -1: there is none. */
static int first_read(const AertModel *model, const ExamplesFrom *from, bool label) {
    for (int i = 0; i < model->inputs; i++)
        if (reads(from, i) && (model->input[i].role == AERT_AS_LABEL) == label)
            return i;
    return -1;
}

/* The first label that the model has, whether it is read or not; -1. */
static int first_label(const AertModel *model) {
    for (int i = 0; i < model->inputs; i++)
        if (model->input[i].role == AERT_AS_LABEL)
            return i;
    return -1;
}

/* ---- built-in ---- */

/* Classes of built-in examples: which kind of thing the example of the same number shows. */
static bool make_classes(AertData *data, const AertInput *input, int first, int count,
                         AertError *error) {
    AertData drawn = {0};
    const AertInput vector = {.kind = AERT_VECTOR, .name = "kind", .rank = 1, .dim = {1}};
    bool fine = aert_strokes_make(&drawn, &vector, data, input, first, count, 0, error);
    aert_data_close(&drawn);
    return fine;
}

/* Texts are read by the vocabulary of the run; built-in ones have their own. */
static bool same_words(const AertData *data, const AertWords *words, AertError *error) {
    bool same = data->classes == words->count;
    for (int i = 0; same && i < words->count; i++)
        same = strcmp(data->class_name[i], words->word[i]) == 0;
    return same ||
           aert_fail(
               error,
               "the run has another vocabulary than the built-in sentences: name a file by --data");
}

static bool open_builtin(Examples *examples, const AertModel *model, const ExamplesFrom *from,
                         AertError *error) {
    AertInput ten = any_label;
    ten.classes = 10;
    bool test = from->use == EXAMPLES_TEST;
    int first = test ? AERT_STROKES_TRAIN : 0,
        count = test ? AERT_STROKES_TEST : AERT_STROKES_TRAIN,
        label = first_read(model, from, true);
    AertData *labels = label >= 0 ? &examples->data[label] : &examples->marks;
    const AertInput *wanted = label >= 0 ? &model->input[label] : from->marked ? &ten : NULL;
    examples->has = from->reads;
    for (int i = 0; i < model->inputs; i++) {
        const AertInput *input = &model->input[i];
        if (!reads(from, i) || i == label)
            continue;
        if (aert_holds(input, AERT_HOLDS_A_CLASS)
                ? !make_classes(&examples->data[i], input, first, count, error)
                : !aert_strokes_make(&examples->data[i], input, labels, wanted, first, count, 0,
                                     error))
            return false;
        if (aert_holds(input, AERT_HOLDS_TOKENS) && from->words && from->words[i].known &&
            !same_words(&examples->data[i], &from->words[i], error))
            return false;
        if (!aert_holds(input, AERT_HOLDS_A_CLASS))
            wanted = NULL; /* labels are made once, with the first */
    }
    return true;
}

/* ---- files ---- */

/* "--data noisy=FILE --data clean=FILE" */
static bool wants_names(const AertModel *model, const ExamplesFrom *from, AertError *error) {
    char text[512];
    size_t used = 0;
    text[0] = 0;
    for (int i = 0; i < model->inputs && used < sizeof text; i++)
        if (reads(from, i) && model->input[i].role != AERT_AS_LABEL)
            used += (size_t)snprintf(text + used, sizeof text - used, " --data %s=FILE",
                                     model->input[i].name);
    return aert_fail(error, "%s reads several inputs here: name the file of each:%s", model->name,
                     text);
}

/* Which inputs the file without a name is for: the only one that has none of its own, or of a table
 * of text all that have none. */
static bool share_one(const AertModel *model, const ExamplesFrom *from, unsigned *shared,
                      AertError *error) {
    int without = 0, first = -1, labels = 0;
    const char *one = from->files->one;
    unsigned label = 0;
    *shared = 0;
    for (int i = 0; i < model->inputs; i++) {
        if (!reads(from, i) || from->files->of[i])
            continue;
        bool is_label = model->input[i].role == AERT_AS_LABEL;
        first = first < 0 && !is_label ? i : first;
        without += !is_label;
        labels += is_label;
        *(is_label ? &label : shared) |= 1u << i;
    }
    bool several = without > 1 || labels > (from->beside ? 0 : 1);
    bool table = false;
    if (one && several && !aert_data_is_table(&table, one, from->most, error))
        return false;
    *shared |= table ? label : 0;
    if (one ? without <= 1 || table : without == 0)
        return true;
    return without == 1 ? aert_fail(error, "%s reads %s: name its file by --data %s=FILE",
                                    model->name, model->input[first].name, model->input[first].name)
                        : wants_names(model, from, error);
}

/* How the file of an input is opened; `label`: an input whose classes it may bring along, or -1.
 * What is not set here is 0. */
static void say_from(AertDataFrom *data, const AertModel *model, const ExamplesFrom *from,
                     int input, int label) {
    data->most = from->most;
    data->how = from->how;
    data->inputs = model->input;
    data->n_inputs = model->inputs;
    if (label >= 0)
        data->label = &model->input[label];
    if (from->words && input >= 0)
        data->words = &from->words[input];
    if (from->words && label >= 0)
        data->label_words = &from->words[label];
}

/* The labels: of --labels, else those that the first file brings along.  Marks of a label that may
 * be missing may be so, too. */
static bool settle_labels(Examples *examples, const AertModel *model, const ExamplesFrom *from,
                          int label, int mark, AertError *error) {
    bool optional = label < 0 && mark >= 0 && model->input[mark].missing;
    int like = optional ? mark : label;
    const AertInput *wanted = like >= 0 ? &model->input[like] : &any_label;
    const AertReading how = {.csv = from->how ? from->how->csv : (AertCsv){0}};
    AertDataFrom own = {.path = from->labels, .column = from->column};
    say_from(&own, model, from, like, -1);
    own.how = &how;
    AertData *labels = &examples->marks;
    if (from->labels) {
        aert_data_close(labels);
        if (!aert_data_open_labelled(labels, NULL, &own, wanted, error))
            return false;
    }
    if (labels->count == 0 && label >= 0 && wanted->missing)
        return true; /* leave_out does the rest */
    if (labels->count == 0 && label >= 0)
        return aert_fail(
            error, "%s reads the label '%s' of each example: name the file of the labels of %s too",
            model->name, model->input[label].name, examples_name(examples));
    if (labels->count == 0)
        return true;
    if (!aert_data_check_labels(labels, wanted, error))
        return false;
    if (label >= 0) {
        examples->data[label] = *labels;
        examples->has |= 1u << label;
        *labels = (AertData){0};
    }
    return true;
}

/* Classes of the moments of a recording become those of its windows. */
static bool share_windows(Examples *examples, const AertModel *model, AertError *error) {
    const AertData *recording = NULL;
    const AertWays *ways = NULL;
    for (int i = 0; i < model->inputs && !recording; i++)
        if (examples->has >> i & 1 && examples->data[i].window.length) {
            recording = &examples->data[i];
            ways = aert_ways_of(&model->input[i]);
        }
    for (int i = 0; i <= model->inputs && recording; i++) {
        bool input = i < model->inputs;
        AertData *data = input ? &examples->data[i] : &examples->marks;
        if ((input &&
             !(examples->has >> i & 1 && aert_holds(&model->input[i], AERT_HOLDS_A_CLASS))) ||
            data->count != recording->window.moments || data->count == recording->count)
            continue;
        if (!ways->share(data, recording, error))
            return false;
    }
    return true;
}

/* Pictures of two folders belong together by their order: where they have other names, that is
 * told, since one that is missing in one of them would shift all that follow. */
static bool tell_names(Examples *examples, const AertModel *model, AertError *error) {
    const AertData *first = NULL;
    for (int i = 0; i < model->inputs; i++) {
        AertData *data = &examples->data[i];
        char text[512];
        if (!(examples->has >> i & 1) || !data->names)
            continue;
        if (first && first->names != data->names) {
            snprintf(text, sizeof text,
                     "%.200s: its pictures have other names than those of %.200s, and go with them "
                     "in the order of their names",
                     data->name, first->name);
            if (!aert_data_tell(data, text, error))
                return false;
        }
        first = first ? first : data;
    }
    return true;
}

static bool same_counts(const Examples *examples, const AertModel *model, AertError *error) {
    const AertData *first = NULL;
    for (int i = 0; i < model->inputs; i++) {
        if (!(examples->has >> i & 1))
            continue;
        if (first && !aert_data_same_count(first, &examples->data[i], error))
            return false;
        first = first ? first : &examples->data[i];
    }
    return !examples->marks.count || aert_data_same_count(first, &examples->marks, error);
}

/* An input that has no file is an error, unless it is a class that may be missing: then it is
 * missing in every example. */
static bool leave_out(Examples *examples, const AertModel *model, const ExamplesFrom *from,
                      int input, AertError *error) {
    int main = first_read(model, from, false);
    AertData *data = &examples->data[input];
    if (!aert_holds(&model->input[input], AERT_HOLDS_A_CLASS) || !model->input[input].missing ||
        main < 0 || !(examples->has >> main & 1))
        return aert_fail(error, "%s reads %s: name its file by --data %s=FILE", model->name,
                         model->input[input].name, model->input[input].name);
    char text[320];
    snprintf(text, sizeof text, "%.200s: no example has a '%.64s': name its file or column",
             examples->data[main].name, model->input[input].name);
    if (!aert_data_missing(data, &examples->data[main], error) ||
        (from->use == EXAMPLES_TRAIN && !aert_data_tell(data, text, error)))
        return false;
    examples->has |= 1u << input;
    return true;
}

/* The file of an input, where those of `shared` have the one without a name; or NULL. */
static const char *path_of(const ExamplesFrom *from, unsigned shared, int input) {
    const char *own = from->files->of[input];
    return !reads(from, input) ? NULL : own ? own : shared >> input & 1 ? from->files->one : NULL;
}

/* Whether another input reads the same file. */
static bool is_shared(const AertModel *model, const ExamplesFrom *from, int input, const char *path,
                      unsigned shared) {
    for (int i = 0; i < model->inputs; i++) {
        const char *of = path_of(from, shared, i);
        if (i != input && of && strcmp(of, path) == 0)
            return true;
    }
    return false;
}

static bool open_files(Examples *examples, const AertModel *model, const ExamplesFrom *from,
                       AertError *error) {
    int label = first_read(model, from, true), main = first_read(model, from, false);
    unsigned shared;
    if (!share_one(model, from, &shared, error))
        return false;
    int mark = label >= 0 || !from->marked ? label : first_label(model);
    unsigned opened = shared; /* but a label that its file brings along */
    if (label >= 0 && (from->files->of[label] || (from->beside && from->files->one)))
        label = -1; /* it is opened like the rest */
    else if (label >= 0)
        opened &= ~(1u << label);
    for (int i = 0; i < model->inputs; i++) {
        const char *path = path_of(from, opened, i);
        if (!path)
            continue;
        bool brings = i == main && !from->labels;
        AertDataFrom *data = &examples->from[i];
        say_from(data, model, from, i, brings ? mark : -1);
        data->path = path;
        data->column = brings ? from->column : NULL;
        data->may_lack = from->may_lack;
        data->shared = is_shared(model, from, i, path, shared);
        if (!aert_data_open_labelled(&examples->data[i], i == main ? &examples->marks : NULL, data,
                                     &model->input[i], error))
            return false;
        examples->has |= (unsigned)(examples->data[i].count > 0) << i;
    }
    if (!settle_labels(examples, model, from, label, mark, error))
        return false;
    for (int i = 0; i < model->inputs; i++)
        if (reads(from, i) && !(examples->has >> i & 1) &&
            !leave_out(examples, model, from, i, error))
            return false;
    return share_windows(examples, model, error) && same_counts(examples, model, error) &&
           tell_names(examples, model, error);
}

/* ---- parts ---- */

/* Keeps only the part of the examples that the command may see: that of --part; without it the
 * first part where the command trains, the last where it does not. */
static bool take_part(Examples *examples, const ExamplesFrom *from, AertError *error) {
    const AertReading *how = from->how;
    if (!how || how->parts.count == 0 || from->whole)
        return true;
    AertPart part = how->part_given               ? how->part
                    : from->use == EXAMPLES_TRAIN ? AERT_PART_TRAIN
                                                  : AERT_PART_TEST;
    int64_t all = examples->count;
    examples->count = aert_parts_take(&how->parts, part, from->seed, all, NULL);
    if (examples->count == 0)
        return aert_fail(error, "%s has %lld examples: a part of them has none",
                         examples_name(examples), (long long)all);
    examples->rows =
        aert_allocate((size_t)examples->count, sizeof *examples->rows, "the data", error);
    if (!examples->rows)
        return false;
    aert_parts_take(&how->parts, part, from->seed, all, examples->rows);
    for (int i = 0; i <= AERT_MAX_INPUTS; i++) {
        AertData *data = i < AERT_MAX_INPUTS ? &examples->data[i] : &examples->marks;
        data->row = data->count ? examples->rows : NULL;
        data->count = data->count ? examples->count : 0;
    }
    return true;
}

/* ---- the whole ---- */

ExamplesFrom examples_from(const Options *options, ExamplesUse use, unsigned reads) {
    return (ExamplesFrom){.files = &options->data,
                          .labels = options->labels,
                          .column = options->label_column,
                          .use = use,
                          .most = unpacked_most(options),
                          .reads = reads,
                          .how = &options->reading};
}

/* A model may read no numbers of any input. Its first input is opened all the same, so that there
 * are examples to go through. */
static ExamplesFrom with_first(const AertModel *model, const ExamplesFrom *from) {
    ExamplesFrom more = *from;
    if (model->inputs > 0 && !from->beside && first_read(model, from, false) < 0)
        more.reads |= 1;
    return more;
}

bool examples_open(Examples *examples, const AertModel *model, const ExamplesFrom *wanted,
                   AertError *error) {
    const ExamplesFrom whole = with_first(model, wanted), *from = &whole;
    *examples = (Examples){.label = -1};
    bool given = from->files && files_given(from->files);
    int label = first_read(model, from, true);
    if (from->labels && label < 0 && !from->marked)
        return aert_fail(error, "%s reads no labels: leave out '%s'", model->name, from->labels);
    if (given ? !open_files(examples, model, from, error)
              : !open_builtin(examples, model, from, error))
        return false;
    for (int i = model->inputs - 1; i >= 0; i--)
        if (examples->has >> i & 1) {
            examples->label = model->input[i].role == AERT_AS_LABEL ? i : examples->label;
            examples->count = examples->data[i].count;
        }
    return !given || take_part(examples, from, error);
}

const char *examples_name(const Examples *examples) {
    for (int i = 0; i < AERT_MAX_INPUTS; i++)
        if (examples->has >> i & 1)
            return examples->data[i].name;
    return "";
}

void examples_tell_data(const AertData *data, const AertModel *model, const Options *options) {
    if (data->note && !options->quiet)
        fprintf(stderr, "%s: %s\n", model->name, AERT_SHOW(data->note));
}

void examples_tell(const Examples *examples, const AertModel *model, const Options *options) {
    const char *before = NULL; /* of a file that several inputs share, once */
    for (int i = 0; i < AERT_MAX_INPUTS; i++) {
        const char *note = examples->data[i].note;
        if (note && (!before || strcmp(before, note) != 0))
            examples_tell_data(&examples->data[i], model, options);
        before = note ? note : before;
    }
    examples_tell_data(&examples->marks, model, options);
}

const AertData *examples_labels(const Examples *examples) {
    return examples->label >= 0    ? &examples->data[examples->label]
           : examples->marks.count ? &examples->marks
                                   : NULL;
}

void examples_close(Examples *examples) {
    for (int i = 0; i < AERT_MAX_INPUTS; i++)
        aert_data_close(&examples->data[i]);
    aert_data_close(&examples->marks);
    free(examples->rows);
    memset(examples, 0, sizeof *examples);
}
