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
#include "codes.h"
#include "command.h"
#include "neighbours.h"
#include "base/base.h"
#include "math/math.h"
#include "view/view.h"

#include <math.h>
#include <stdio.h>
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
    if (!examples_open(&one->examples, session->model, &from, error))
        return false;
    examples_tell(&one->examples, session->model, session->options);
    if (!take_classes(one, error))
        return false;
    one->codes =
        latent_codes(session, encoder_of(session), &one->examples, 0, one->examples.count, error);
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
    int64_t right = 0, *first = aert_allocate((size_t)count, sizeof *first, "neighbours", error);
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

static void print_figures(const Figures *figures, const Labelled *known, const Labelled *asked,
                          int size, bool json) {
    const long long count = (long long)asked->examples.count;
    const long long of = (long long)known->examples.count;
    if (json) {
        AertJson out = {.to = stdout};
        aert_json_object(&out, NULL);
        aert_json_number(&out, "linear", figures->linear);
        aert_json_number(&out, "nearest", figures->nearest);
        aert_json_count(&out, "active", (uint64_t)figures->active);
        aert_json_count(&out, "size", (uint64_t)size);
        aert_json_count(&out, "examples", (uint64_t)count);
        aert_json_count(&out, "known", (uint64_t)of);
        aert_json_end(&out);
        return;
    }
    printf("of %lld examples, by the codes and labels of %lld others\n", count, of);
    printf("  linear probe       %.4f have the class that is found\n", figures->linear);
    printf("  nearest neighbour  %.4f\n", figures->nearest);
    printf("  active units       %d of %d\n", figures->active, size);
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
    print_figures(&figures, known, asked, size, options->json);
    return true;
}

int command_probe(const AertModel *model, const Options *options, AertError *error) {
    Session session;
    Labelled known = {0}, asked = {0};
    char weights[AERT_PATH];
    if (!files_given(&options->data) || !files_given(&options->query)) {
        aert_fail(error, "probe wants examples to go by, --data, and others to ask, --query");
        return EXIT_USAGE;
    }
    int status = open_encoder(&session, model, options, weights, error);
    if (!status)
        status = probe(&session, &known, &asked, error) ? EXIT_DONE : EXIT_FAILED;
    labelled_close(&known);
    labelled_close(&asked);
    session_close(&session);
    return status;
}
