/* A picture in a folder, PNG or JPEG: of the input's size, and brought to it. */
#include "data/dataset.h"
#include "fuzz.h"

const char *const fuzz_words[] = {"IHDR",
                                  "PLTE",
                                  "tRNS",
                                  "IDAT",
                                  "IEND",
                                  "zTXt",
                                  "\x89PNG\r\n\x1a",
                                  "\xff\xff\xff\xff",
                                  "\xff\xd8\xff",
                                  "\xff\xc0",
                                  "\xff\xc2",
                                  "\xff\xda",
                                  "\xff\xd9",
                                  "Adobe",
                                  NULL};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static const AertInput grey = {
        AERT_IMAGE, AERT_AS_DATA, "x", 3, .dim = {1, 2, 3}, 0, 0, 1, 1, .ways = &aert_ways_image};
    static const AertInput color = {
        AERT_IMAGE, AERT_AS_DATA, "x", 3, .dim = {3, 2, 3}, 0, 0, 1, 1, .ways = &aert_ways_image};
    const char *folder = fuzz_folder("a.png", bytes, size);
    for (int i = 0; i < 4; i++) {
        const AertReading how = {.resize = i == 1   ? AERT_RESIZE_FIT
                                           : i == 3 ? AERT_RESIZE_FILL
                                                    : AERT_RESIZE_NO};
        const AertDataFrom from = {.path = folder, .most = 1 << 22, .how = &how};
        AertData data;
        AertError error = {""};
        double value[18];
        const int64_t first = 0;
        if (!aert_data_open_labelled(&data, NULL, &from, i < 2 ? &grey : &color, &error)) {
            MUST(error.text[0] && !strchr(error.text, '\n'));
            continue;
        }
        MUST(data.count == 1 && data.size == (i < 2 ? 6 : 18));
        aert_data_gather(&data, &first, 0, 1, sizeof *value, value);
        for (size_t k = 0; k < data.size; k++)
            MUST(value[k] >= 0 && value[k] <= 1);
        aert_data_close(&data);
    }
    return 0;
}
