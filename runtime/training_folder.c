/* The folder of a run: made, refused, or found to hold a run that goes on.
 *
 * Its one idea: nothing that was trained is ever overwritten without being told to.
 *
 * Example: "vae train" twice: runs/vae already holds a run: --resume goes on with it, --force
 * starts afresh, …
 */
#include "training.h"
#include "file.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const run_files[] = {"checkpoint", "last.safetensors", "best.safetensors",
                                        "metrics.csv", "metrics.jsonl"};

enum { RUN_FILES = sizeof run_files / sizeof run_files[0] };

const char *training_path(const Training *training, const char *name, char *path, size_t size) {
    snprintf(path, size, "%s/%s", training->folder, name);
    return path;
}

static bool exists(const Training *training, const char *name) {
    char path[4096 + 64];
    struct stat status;
    return lstat(training_path(training, name, path, sizeof path), &status) == 0;
}

static bool holds_run(const Training *training) {
    for (int i = 0; i < RUN_FILES; i++)
        if (exists(training, run_files[i]))
            return true;
    return false;
}

int training_folder(const Training *training, const Options *options, bool *resume,
                    AertError *error) {
    *resume = options->resume && exists(training, "checkpoint");
    if (*resume)
        return EXIT_DONE;
    if (!options->force && holds_run(training)) {
        aert_fail(
            error,
            options->resume
                ? "%s holds a run but no checkpoint to resume from; --force starts afresh in it"
                : "%s already holds a run: --resume goes on with it, --force starts afresh, --out "
                  "DIR "
                  "goes elsewhere",
            training->folder);
        return EXIT_FAILED;
    }
    return EXIT_DONE;
}

bool training_make_folder(const Training *training, AertError *error) {
    char path[4096 + 64];
    if (!aert_directory_make(training->folder, error))
        return false;
    for (int i = 0; i < RUN_FILES; i++)
        if (unlink(training_path(training, run_files[i], path, sizeof path)) != 0 &&
            errno != ENOENT)
            return aert_fail_system(error, path, "remove", errno);
    return true;
}
