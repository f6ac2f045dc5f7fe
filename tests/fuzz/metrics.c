/* The files of metrics of a run that is resumed: two bytes say how much of them the run knows of.
 */
#include "store/metrics.h"
#include "base/file.h"
#include "fuzz.h"

#include <zlib.h>

const char *const fuzz_words[] = {"epoch,total", "\n", "nan", "{\"epoch\": ", "1,2.5", NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const names[] = {"total"};
    AertError error;
    if (size < 2)
        return 0;
    const uint8_t *text = data + 2;
    size_t half = (size - 2) / 2;
    const AertMetricsFile known = {data[0],
                                   (int64_t)crc32_z(0, text, data[0] < half ? data[0] : half)};
    AertMetrics metrics = {known, {data[1], known.crc}};
    const char *folder = fuzz_folder("metrics.csv", text, half);
    fuzz_folder("metrics.jsonl", text, half);
    if (!aert_metrics_restore(folder, &metrics, &error))
        return 0;
    MUST(data[0] <= half && data[1] <= half);
    double value = 0.5;
    aert_metrics_append(folder, 7, NULL, 1, names, &value, &metrics, &error);
    return 0;
}
