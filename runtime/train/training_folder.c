/* The folder of a run: made, refused, or found to hold a run that goes on.
 *
 * Its one idea: nothing that was trained is ever overwritten without being told to, and one
 * training at a time is at work in a folder: it has its file .lock under lock, which ends with its
 * process.
 *
 * Example: "vae train" twice: runs/vae already holds a run: --resume goes on with it, --force
 * starts afresh, …
 */
#include "training.h"
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const run_files[] = {"checkpoint", "last.safetensors", "best.safetensors",
                                        "metrics.csv", "metrics.jsonl"};

enum { RUN_FILES = sizeof run_files / sizeof run_files[0] };

const char *training_path(Training *training, const char *name) {
    snprintf(training->path, sizeof training->path, "%s/%s", training->folder, name);
    return training->path;
}

static bool exists(Training *training, const char *name) {
    struct stat status;
    return lstat(training_path(training, name), &status) == 0;
}

static bool holds_run(Training *training) {
    for (int i = 0; i < RUN_FILES; i++)
        if (exists(training, run_files[i]))
            return true;
    return false;
}

/* Removes what killed processes had begun to write. */
static void sweep(Training *training) {
    for (int i = 0; i < RUN_FILES; i++)
        aert_file_sweep(training->folder, run_files[i]);
    aert_file_sweep(training_path(training, "pictures"), ".png");
}

/* Whether somebody else has the lock.  One that has just been killed holds it until the system is
 * done with it, which may take a moment.  Where the file system has no locks, nobody has. */
static bool held_by_another(int fd) {
    const double until = seconds_now() + 1;
    while (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        if (seconds_now() > until)
            return true;
        sched_yield();
    }
    return false;
}

static bool lock(Training *training, AertError *error) {
    training->lock = open(training_path(training, ".lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (training->lock < 0)
        return aert_fail_system(error, training->path, "write", errno);
    if (held_by_another(training->lock))
        return aert_fail(error,
                         "%s: another training is at work in this folder; --out DIR goes elsewhere",
                         training->folder);
    sweep(training);
    return true;
}

/* A run may begin where there is none, or where --force says so. */
static bool may_begin(Training *training, const Options *options, AertError *error) {
    if (options->force || !holds_run(training))
        return true;
    return aert_fail(
        error,
        options->resume
            ? "%s holds a run but no checkpoint to resume from; --force starts afresh in it"
            : "%s already holds a run: --resume goes on with it, --force starts afresh, --out DIR "
              "goes elsewhere",
        training->folder);
}

int training_folder(Training *training, const Options *options, bool *resume, AertError *error) {
    struct stat status;
    bool there = stat(training->folder, &status) == 0 && S_ISDIR(status.st_mode);
    if (there && !lock(training, error))
        return EXIT_FAILED;
    *resume = options->resume && exists(training, "checkpoint");
    return *resume || may_begin(training, options, error) ? EXIT_DONE : EXIT_FAILED;
}

bool training_make_folder(Training *training, AertError *error) {
    if (!aert_directory_make(training->folder, error))
        return false;
    /* Another training may have made and locked a folder that was not there a moment ago. */
    if (training->lock < 0 &&
        !(lock(training, error) && may_begin(training, training->session.options, error)))
        return false;
    for (int i = 0; i < RUN_FILES; i++)
        if (unlink(training_path(training, run_files[i])) != 0 && errno != ENOENT)
            return aert_fail_system(error, training->path, "remove", errno);
    return true;
}
