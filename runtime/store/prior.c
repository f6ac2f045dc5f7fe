/* prior: see prior.h. */
#include "prior.h"
#include "packed.h"

#include <math.h>
#include <string.h>

#define SHARES_OFF 1e-6 /* how far from 1 their sum may be: all of it is rounding */
static const char FORMAT[] = "aert prior 1";

bool aert_prior_write(const char *path, const AertModel *model, const char *weights,
                      const Mixture *mixture, AertError *error) {
    const int64_t k = mixture->components, n = mixture->size;
    const AertMeta meta = {"weights", weights};
    const AertTensor tensor[] = {
        {.name = "weights", .dtype = AERT_F64, .rank = 1, .dim = {k}, .data = mixture->weight},
        {.name = "means", .dtype = AERT_F64, .rank = 2, .dim = {k, n}, .data = mixture->mean},
        {.name = "roots", .dtype = AERT_F64, .rank = 3, .dim = {k, n, n}, .data = mixture->root}};
    const AertContents contents = {
        tensor, &meta, sizeof tensor / sizeof *tensor, 1, FORMAT, model, AERT_LAYOUT_OWN};
    return aert_safetensors_write(path, &contents, error);
}

/* Copies a tensor of finite doubles of this shape. */
static bool take(const AertSafetensors *file, const char *name, int rank, const int64_t *dim,
                 double *to, AertError *error) {
    const AertTensor *tensor = aert_safetensors_find(file, name);
    bool fine = tensor && tensor->dtype == AERT_F64 && tensor->rank == rank;
    for (int i = 0; fine && i < rank; i++)
        fine = tensor->dim[i] == dim[i];
    if (fine)
        memcpy(to, tensor->data, tensor->bytes);
    for (size_t i = 0; fine && i < tensor->bytes / sizeof *to; i++)
        fine = isfinite(to[i]);
    return fine ||
           aert_fail(error, "%s: its %s do not fit the code of this model", file->path, name);
}

/* Weights are shares of one whole. */
static bool are_shares(const Mixture *mixture) {
    double sum = 0;
    for (int c = 0; c < mixture->components; c++) {
        if (mixture->weight[c] < 0)
            return false;
        sum += mixture->weight[c];
    }
    return fabs(sum - 1) < SHARES_OFF;
}

static bool take_mixture(Mixture *mixture, const AertSafetensors *file, const AertModel *model,
                         AertError *error) {
    const AertTensor *weights = aert_safetensors_find(file, "weights");
    const int64_t n = (int64_t)aert_packed_size(model);
    const int64_t dim[] = {weights && weights->rank == 1 ? weights->dim[0] : 0, n, n};
    if (dim[0] < 1 || (uint64_t)dim[0] > file->bytes.size)
        return aert_fail(error, "%s: no mixture of 'fit-prior'", file->path);
    return mixture_open(mixture, (int)dim[0], (int)n, error) &&
           take(file, "weights", 1, dim, mixture->weight, error) &&
           (are_shares(mixture) ||
            aert_fail(error, "%s: its weights are no shares of 1", file->path)) &&
           take(file, "means", 2, dim, mixture->mean, error) &&
           take(file, "roots", 3, dim, mixture->root, error);
}

bool aert_prior_read(Mixture *mixture, const char *path, const AertModel *model,
                     const char *weights, AertError *error) {
    AertSafetensors file = {0};
    *mixture = (Mixture){0};
    bool fine = aert_safetensors_open(&file, path, true, error) &&
                aert_made_by(&file, FORMAT, "prior", model, weights, error) &&
                take_mixture(mixture, &file, model, error);
    aert_safetensors_close(&file);
    return fine;
}
