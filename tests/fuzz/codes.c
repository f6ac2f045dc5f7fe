/* Packed codes: what is read of any bytes is as many finite numbers as the file says, or an error.
 * The checksum is made right, so that what stands behind it must be checked all the same. */
#include "fuzz.h"
#include "store/packed.h"

#include <math.h>

const char *const fuzz_words[] = {"\"F32\"",
                                  "\"U8\"",
                                  "\"I64\"",
                                  "[3]",
                                  "[]",
                                  "\"bits\":\"16\"",
                                  "\"bits\":\"0\"",
                                  "\"count\":\"5\"",
                                  "\"count\":\"9223372036854775807\"",
                                  "\"count\":\"65536\"",
                                  "-1",
                                  "low",
                                  "step",
                                  "packed",
                                  "\x28\xb5\x2f\xfd",
                                  "\xff\xff\x7f\x7f",
                                  "\x7f\x80",
                                  "{",
                                  "}",
                                  NULL};

enum { MOST = 1 << 20 }; /* bytes that a file may unpack to */

static const AertModel model = {.abi = AERT_ABI,
                                .name = "fuzz",
                                .source = "fuzz.ae",
                                .hash = "0123456789abcdef",
                                .code_rank = 1,
                                .code_dim = {3}};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AertError error;
    AertPacked about = {.model = &model}, again = about;
    const char *path = fuzz_checked(data, size);
    float *codes = aert_packed_read(path, &about, MOST, &error);
    if (!codes)
        return 0;
    MUST(aert_packed_is(path) && aert_packed_look(path, &again, &error));
    MUST(about.count >= 1 && about.count == again.count && about.bits == again.bits);
    MUST(about.bits >= 1 && about.bits <= AERT_PACKED_BITS && about.bytes == size);
    for (int64_t i = 0; i < about.count * 3; i++)
        MUST(isfinite(codes[i]));
    free(codes);
    return 0;
}

#ifdef FUZZ_WRITE
/* cc -DFUZZ_WRITE …: writes a file of the corpus: codes of that many bits. */
int main(int argc, char **argv) {
    float codes[15];
    AertError error;
    AertPacked about = {.model = &model, .bits = argc == 3 ? atoi(argv[2]) : 8, .count = 5};
    for (int i = 0; i < 15; i++)
        codes[i] = (float)(i * i % 7) - 2.5f;
    return argc != 3 || !aert_packed_write(argv[1], &about, codes, &error);
}
#endif
