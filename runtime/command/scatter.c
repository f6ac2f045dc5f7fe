/* scatter: where the codes of a data set lie, and whether they lie as the prior does.
 *
 * Its one idea: codes and as many draws of the prior are two sets of points; a picture shows both,
 * mean, covariance and the sliced Wasserstein distance (latent.h) put numbers to it.
 *
 * Example: "aae scatter --data t10k-images.gz --labels t10k-labels.gz --out runs/aae"
 */
#include "command.h"
#include "ways.h"

#include <stdlib.h>

enum { MOST_SHOWN = 4 }; /* axes of which the text prints mean and covariance; JSON has all */

typedef struct Points {
    float *codes, *prior,
        *other; /* (count, size); two sets of draws, one behind the other, or NULL */
    int64_t count;
    size_t size;
    double *mean, *covariance;
} Points;

static void close_points(Points *points) {
    free(points->codes);
    free(points->prior);
    free(points->mean);
}

static bool find_points(Points *points, Session *session, const Examples *examples,
                        AertError *error) {
    const AertEntry *prior = prior_of(session);
    size_t size = points->size = code_size(session->model);
    int64_t count = points->count = examples->count;
    points->codes = latent_encode(session, examples, error);
    if (!points->codes)
        return false;
    if (prior) {
        points->prior = latent_codes(session, prior, NULL, NULL, 2 * count, error);
        points->other = points->prior + (size_t)count * size;
    }
    points->mean = aert_allocate(size, (size + 1) * sizeof(double), "a covariance", error);
    points->covariance = points->mean + size;
    return (!prior || points->prior) && points->mean;
}

static void print_array(const double *value, size_t count) {
    for (size_t i = 0; i < count; i++)
        say_json(i ? ", %g" : "[%g", value[i]);
    say("]");
}

static void print_moments(const Points *points, const float *codes, const char *name, bool json) {
    size_t size = points->size, shown = size < MOST_SHOWN ? size : MOST_SHOWN;
    latent_moments(codes, points->count, size, points->mean, points->covariance);
    if (json) {
        say_json(", %s: {\"mean\": ", name);
        print_array(points->mean, size);
        for (size_t i = 0; i < size; i++) {
            say(i ? ", " : ", \"covariance\": [");
            print_array(points->covariance + i * size, size);
        }
        say("]}");
        return;
    }
    say("%s\n", name);
    for (size_t i = 0; i < shown; i++) {
        say("  axis %zu  mean %9.4f  covariance", i, points->mean[i]);
        for (size_t k = 0; k < shown; k++)
            say(" %9.4f", points->covariance[i * size + k]);
        say("\n");
    }
    if (shown < size)
        say("  … of %zu axes; --json prints all\n", size);
}

static bool print_points(const Points *points, const char *path, bool json, AertError *error) {
    if (json)
        say_json("{\"examples\": %lld", (long long)points->count);
    print_moments(points, points->codes, "codes", json);
    if (points->prior) {
        double distance =
            latent_distance(points->codes, points->prior, points->count, points->size, error);
        double same =
            latent_distance(points->other, points->prior, points->count, points->size, error);
        if (distance < 0 || same < 0)
            return false;
        print_moments(points, points->prior, "prior", json);
        tell(json, ", \"sliced_wasserstein\": %g, \"sliced_wasserstein_of_prior\": %g",
             "sliced Wasserstein distance of the codes to as many draws of the prior %.5g\n"
             "(of as many other draws of the prior: %.5g)\n",
             distance, same);
    }
    if (json)
        say_json(", \"picture\": %s}\n", path);
    else
        say("%lld codes in %s\n", (long long)points->count, path);
    return true;
}

static bool scatter(Work *work, Points *points, const int axes[2], AertError *error) {
    Session *session = &work->session;
    if (!find_points(points, session, &work->examples, error) ||
        !output_path(work, "scatter.png", error))
        return false;
    const LatentPicture picture = {.codes = points->codes,
                                   .prior = points->prior,
                                   .labels = examples_labels(&work->examples),
                                   .count = points->count,
                                   .size = points->size,
                                   .axes = {axes[0], axes[1]}};
    return latent_write(&picture, work->path, error) &&
           print_points(points, work->path, session->options->json, error);
}

bool command_scatter(Work *work, AertError *error) {
    const AertModel *model = work->session.model;
    Points points = {0};
    int axes[2] = {-1, -1};
    if (model->code_rank < 0 || code_size(model) < 2)
        return aert_fail(error, "scatter wants a code of two axes or more, %s has %s", model->name,
                         model->code_rank < 0 ? "none" : "one of a single axis");
    bool fine = wanted_axes(work, axes, error) && open_encoder(work, WITH(AERT_PRIOR), error) &&
                open_counted(work, error) && scatter(work, &points, axes, error);
    close_points(&points);
    return fine;
}
