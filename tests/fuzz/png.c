/* A picture in a folder. */
#include "data/dataset.h"
#include "fuzz.h"

const char *const fuzz_words[] = {
    "IHDR", "PLTE", "tRNS", "IDAT", "IEND", "zTXt", "\x89PNG\r\n\x1a", "\xff\xff\xff\xff", NULL};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static const AertInput grey = {AERT_IMAGE, AERT_AS_DATA, "x", 3, {1, 2, 3}, 0, 0, 1, 1};
    static const AertInput color = {AERT_IMAGE, AERT_AS_DATA, "x", 3, {3, 2, 3}, 0, 0, 1, 1};
    const char *folder = fuzz_folder("a.png", bytes, size);
    for (int i = 0; i < 2; i++) {
        AertData data;
        AertError error;
        if (!aert_data_open(&data, folder, i ? &color : &grey, &error))
            continue;
        MUST(data.count == 1 && data.size == (i ? 18 : 6));
        aert_data_close(&data);
    }
    return 0;
}
