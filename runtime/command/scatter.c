/* scatter: where the codes of a data set lie, and whether they lie as the prior does.
 *
 * Its one idea: codes and as many draws of the prior are two sets of points; a picture shows both,
 * mean, covariance and the sliced Wasserstein distance (latent.h) put numbers to it.
 *
 * Example: "aae scatter --data t10k-images.gz --labels t10k-labels.gz --out runs/aae"
 */
#include "codes.h"
#include "command.h"
#include "ways.h"
#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SHOWN = 4 }; /* axes of which the text prints mean and covariance; JSON has all */

typedef struct Points {
    float *codes, *prior, *other; /* (count, size); two sets of draws, or NULL */
    int64_t count;
    size_t size;
    double *mean, *covariance;
} Points;

static void close_points(Points *points) {
    free(points->codes);
    free(points->prior);
    free(points->other);
    free(points->mean);
    free(points->covariance);
}

static bool find_points(Points *points, Session *session, const Examples *examples,
                        AertError *error) {
    const AertEntry *prior = prior_of(session);
    size_t size = points->size = code_size(session->model);
    int64_t count = points->count = examples->count;
    points->codes = latent_codes(session, encoder_of(session), examples, 0, count, error);
    if (!points->codes)
        return false;
    if (prior) {
        points->prior = latent_codes(session, prior, NULL, 0, count, error);
        points->other = latent_codes(session, prior, NULL, count, count, error);
    }
    points->mean = aert_allocate(size, sizeof(double), "a mean", error);
    points->covariance = aert_allocate(size, size * sizeof(double), "a covariance", error);
    return (!prior || (points->prior && points->other)) && points->mean && points->covariance;
}

static void print_array(const double *value, size_t count, const char *key, AertJson *json) {
    aert_json_list(json, key);
    for (size_t i = 0; i < count; i++)
        aert_json_number(json, NULL, value[i]);
    aert_json_end(json);
}

/* To `json`, or as text where that is NULL. */
static void print_moments(const Points *points, const float *codes, const char *name,
                          AertJson *json) {
    size_t size = points->size, shown = size < MOST_SHOWN ? size : MOST_SHOWN;
    latent_moments(codes, points->count, size, points->mean, points->covariance);
    if (json) {
        aert_json_object(json, name);
        print_array(points->mean, size, "mean", json);
        aert_json_list(json, "covariance");
        for (size_t i = 0; i < size; i++)
            print_array(points->covariance + i * size, size, NULL, json);
        aert_json_end(json);
        aert_json_end(json);
        return;
    }
    printf("%s\n", name);
    for (size_t i = 0; i < shown; i++) {
        printf("  axis %zu  mean %9.4f  covariance", i, points->mean[i]);
        for (size_t k = 0; k < shown; k++)
            printf(" %9.4f", points->covariance[i * size + k]);
        printf("\n");
    }
    if (shown < size)
        printf("  … of %zu axes; --json prints all\n", size);
}

/* `distance`: of the codes from the prior; `same`: of the prior from itself. */
static void print_json(const Points *points, double distance, double same, const char *path) {
    AertJson json = {.to = stdout};
    aert_json_object(&json, NULL);
    aert_json_count(&json, "examples", (uint64_t)points->count);
    print_moments(points, points->codes, "codes", &json);
    if (points->prior) {
        print_moments(points, points->prior, "prior", &json);
        aert_json_number(&json, "sliced_wasserstein", distance);
        aert_json_number(&json, "sliced_wasserstein_of_prior", same);
    }
    aert_json_string(&json, "picture", path);
    aert_json_end(&json);
}

static void print_text(const Points *points, double distance, double same, const char *path) {
    print_moments(points, points->codes, "codes", NULL);
    if (points->prior) {
        print_moments(points, points->prior, "prior", NULL);
        printf("sliced Wasserstein distance of the codes to as many draws of the prior %.5g\n"
               "(of as many other draws of the prior: %.5g)\n",
               distance, same);
    }
    printf("%lld codes in %s\n", (long long)points->count, AERT_SHOW(path));
}

static bool print_points(const Points *points, const char *path, bool json, AertError *error) {
    double distance = 0, same = 0;
    if (points->prior) {
        distance =
            latent_distance(points->codes, points->prior, points->count, points->size, error);
        same = latent_distance(points->other, points->prior, points->count, points->size, error);
        if (distance < 0 || same < 0)
            return false;
    }
    (json ? print_json : print_text)(points, distance, same, path);
    return true;
}

static bool scatter(Session *session, const Examples *examples, Points *points, const int axes[2],
                    AertError *error) {
    char path[AERT_PATH_BELOW];
    if (!find_points(points, session, examples, error) ||
        !output_path(session, "scatter.png", path, sizeof path, error))
        return false;
    const LatentPicture picture = {.codes = points->codes,
                                   .prior = points->prior,
                                   .labels = examples_labels(examples),
                                   .count = points->count,
                                   .size = points->size,
                                   .axes = {axes[0], axes[1]}};
    return latent_write(&picture, path, error) &&
           print_points(points, path, session->options->json, error);
}

int command_scatter(const AertModel *model, const Options *options, AertError *error) {
    Session session;
    Examples examples = {0};
    Points points = {0};
    char weights[AERT_PATH];
    int axes[2] = {-1, -1};
    if (model->code_rank < 0 || code_size(model) < 2) {
        aert_fail(error, "scatter wants a code of two axes or more, %s has %s", model->name,
                  model->code_rank < 0 ? "none" : "one of a single axis");
        return EXIT_FAILED;
    }
    int status = wanted_axes(model, options, axes, error);
    if (status)
        return status;
    status = session_open(&session, model, model->f32, options,
                          WITH(AERT_ENCODE) | WITH(AERT_PRIOR), error);
    if (!status)
        status = session_load(&session, weights, sizeof weights, error);
    if (!status)
        status = open_counted(&examples, &session, error) &&
                         scatter(&session, &examples, &points, axes, error)
                     ? EXIT_DONE
                     : EXIT_FAILED;
    close_points(&points);
    examples_close(&examples);
    session_close(&session);
    return status;
}
