/* Mixtures that were fitted to codes: what is read of any bytes is a mixture from which finite
 * codes can be drawn, or an error.  The checksum is made right, so that what stands behind it must
 * be checked all the same. */
#include "fuzz.h"
#include "store/prior.h"

#include <math.h>

const char *const fuzz_words[] = {"\"F64\"",
                                  "\"F32\"",
                                  "[2]",
                                  "[2,2]",
                                  "[2,2,2]",
                                  "[0]",
                                  "[]",
                                  "[4611686018427387904]",
                                  "-1",
                                  "means",
                                  "roots",
                                  "weights",
                                  "\"weights\":\"12345678\"",
                                  "aert prior 1",
                                  "data_offsets",
                                  "\xff\xff\xff\xff\xff\xff\xef\x7f",
                                  "\xf0\x7f",
                                  "\xf0\xbf",
                                  "{",
                                  "}",
                                  NULL};

static const AertModel model = {.abi = AERT_ABI,
                                .name = "fuzz",
                                .source = "fuzz.ae",
                                .hash = "0123456789abcdef",
                                .code_rank = 1,
                                .code_dim = {2}};

static void look(const Mixture *mixture) {
    double sum = 0;
    MUST(mixture->components >= 1 && mixture->size == 2);
    for (int c = 0; c < mixture->components; c++) {
        MUST(mixture->weight[c] >= 0);
        sum += mixture->weight[c];
    }
    MUST(fabs(sum - 1) < 1e-6);
    for (int i = 0; i < mixture->components * 4; i++)
        MUST(isfinite(mixture->root[i]) && isfinite(mixture->mean[i / 2]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Mixture mixture;
    AertError error;
    const char *path = fuzz_checked(data, size);
    if (aert_prior_read(&mixture, path, &model, "12345678", &error)) {
        float code[2];
        look(&mixture);
        mixture_draw(&mixture, 7, 1, code);
        MUST(!isnan(code[0]) && !isnan(code[1]));
    } else {
        MUST(error.text[0] && !strchr(error.text, '\n'));
    }
    mixture_close(&mixture);
    return 0;
}

#ifdef FUZZ_WRITE
/* cc -DFUZZ_WRITE …: writes a file of the corpus: a mixture of so many components. */
int main(int argc, char **argv) {
    Mixture mixture;
    AertError error;
    int components = argc == 3 ? atoi(argv[2]) : 1;
    if (argc != 3 || !mixture_open(&mixture, components, 2, &error))
        return 1;
    for (int c = 0; c < components; c++) {
        const double root[4] = {1 + c, 0, 0.5, 2};
        mixture.weight[c] = 1.0 / components;
        mixture.mean[2 * c] = c - 1;
        memcpy(mixture.root + 4 * c, root, sizeof root);
    }
    return !aert_prior_write(argv[1], &model, "12345678", &mixture, &error);
}
#endif
