/* probe: how much of a label the codes tell.
 *
 * Its one idea: figures that are compared between autoencoders must not depend on a classifier's
 * settings, so there are none: a linear probe at its least loss, the label of the nearest code, and
 * how many numbers of the code vary at all (active units: a variance above 0.01 of what an
 * example's code is without draws; Burda, Grosse & Salakhutdinov, 2016).
 *
 * Example: "vae probe --data train.gz --labels train-labels.gz --query t10k.gz --query-labels
 * t10k-labels.gz"
 */
#include "command.h"
#include "neighbours.h"
#include "math/math.h"

#include <math.h>
#include <stdlib.h>

static const double ACTIVE = 0.01;

/* Codes and the classes of their examples. */
typedef struct Labelled {
    Examples examples;
    float *codes; /* (count, size) */
    int *class;
    int classes; /* one more than the largest */
} Labelled;

typedef struct Figures {
    double linear, nearest; /* shares of what is asked that get their own class */
    int active;
} Figures;

static void labelled_close(Labelled *one) {
    examples_close(&one->examples);
    free(one->codes);
    free(one->class);
}

static bool take_classes(Labelled *one, AertError *error) {
    const AertData *labels = examples_labels(&one->examples);
    const int64_t count = one->examples.count;
    if (!labels)
        return aert_fail(error, "%s has no labels, which a probe goes by",
                         examples_name(&one->examples));
    one->class = aert_allocate((size_t)count, sizeof *one->class, "labels", error);
    for (int64_t i = 0; one->class && i < count; i++) {
        const double class = aert_data_class(labels, i);
        if (isnan(class))
            return aert_fail(error, "%s: example %lld has no label", labels->name, (long long)i);
        one->class[i] = (int)class;
        one->classes = one->class[i] >= one->classes ? one->class[i] + 1 : one->classes;
    }
    return one->class != NULL;
}

static bool open_labelled(Labelled *one, Session *session, const DataFiles *files,
                          const char *labels, AertError *error) {
    ExamplesFrom from = session_data(session, EXAMPLES_TEST);
    from.files = files;
    from.labels = labels;
    from.marked = true;
    from.whole = files == &session->options->query;
    if (!open_examples(&one->examples, session, &from, error) || !take_classes(one, error))
        return false;
    one->codes = latent_encode(session, &one->examples, error);
    return one->codes != NULL;
}

/* The share of `asked` whose class the probe of `known` finds. */
static bool probe_linear(const Labelled *known, const Labelled *asked, int size, Figures *figures,
                         AertError *error) {
    Softmax probe;
    int64_t right = 0;
    bool fine = softmax_fit(&probe, known->codes, known->class, known->examples.count, size,
                            known->classes, error);
    for (int64_t i = 0; fine && i < asked->examples.count; i++)
        right += softmax_class(&probe, asked->codes + (size_t)i * (size_t)size) == asked->class[i];
    softmax_close(&probe);
    figures->linear = (double)right / (double)asked->examples.count;
    return fine;
}

static bool probe_nearest(const Labelled *known, const Labelled *asked, size_t size,
                          Figures *figures, AertError *error) {
    const int64_t count = asked->examples.count;
    int64_t right = 0, *first = aert_allocate((size_t)count, sizeof *first, "codes", error);
    bool fine = first && neighbours_first(asked->codes, count, known->codes, known->examples.count,
                                          size, first, error);
    for (int64_t i = 0; fine && i < count; i++)
        right += known->class[first[i]] == asked->class[i];
    figures->nearest = (double)right / (double)count;
    free(first);
    return fine;
}

static void count_active(const Labelled *asked, size_t size, Figures *figures) {
    const int64_t count = asked->examples.count;
    for (size_t j = 0; j < size; j++) {
        double mean = 0, sum = 0;
        for (int64_t i = 0; i < count; i++)
            mean += (double)asked->codes[(size_t)i * size + j] / (double)count;
        for (int64_t i = 0; i < count; i++) {
            const double off = (double)asked->codes[(size_t)i * size + j] - mean;
            sum += off * off / (double)count;
        }
        figures->active += sum > ACTIVE;
    }
}

static bool probe(Session *session, Labelled *known, Labelled *asked, AertError *error) {
    const Options *options = session->options;
    const int size = (int)code_size(session->model);
    Figures figures = {0};
    if (!open_labelled(known, session, &options->data, options->labels, error) ||
        !open_labelled(asked, session, &options->query, options->query_labels, error) ||
        !probe_linear(known, asked, size, &figures, error) ||
        !probe_nearest(known, asked, (size_t)size, &figures, error))
        return false;
    count_active(asked, (size_t)size, &figures);
    tell(options->json,
         "{\"examples\": %lld, \"known\": %lld, \"linear\": %g, \"nearest\": %g, "
         "\"active\": %d, \"size\": %d}\n",
         "of %lld examples, by the codes and labels of %lld others\n"
         "  linear probe       %.4f have the class that is found\n"
         "  nearest neighbour  %.4f\n"
         "  active units       %d of %d\n",
         (long long)asked->examples.count, (long long)known->examples.count, figures.linear,
         figures.nearest, figures.active, size);
    return true;
}

bool command_probe(Work *work, AertError *error) {
    const Options *options = work->session.options;
    Labelled known = {0}, asked = {0};
    bool named = files_given(&options->data) && files_given(&options->query);
    if (!named)
        aert_fail(error, "probe wants examples to go by, --data, and others to ask, --query");
    bool fine = usage_is(work, named) && open_encoder(work, 0, error) &&
                probe(&work->session, &known, &asked, error);
    labelled_close(&known);
    labelled_close(&asked);
    return fine;
}
