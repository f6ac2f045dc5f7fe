/* What a person sees while a model trains: a bar on a terminal, and one line an epoch anywhere.
 *
 * Its one idea: the bar is one line that is drawn over itself, so that what remains on the screen
 * is the same as what goes to a file: a line an epoch.
 *
 * Example: "epoch  3/20 [#######.............]  total 112.4  51200 examples/s  0:43 left"
 */
#include "progress.h"
#include "base/base.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BAR = 20 };

static const double redraw_seconds = 0.1;

void progress_start(Progress *progress, bool quiet) {
    double now = seconds_now();
    *progress = (Progress){.quiet = quiet,
                           .terminal = !quiet && isatty(STDOUT_FILENO),
                           .started = now,
                           .epoch_started = now};
}

void progress_stage(Progress *progress, const char *stage, int64_t epochs, double left) {
    progress->stage = stage;
    progress->epochs = epochs;
    progress->left = left;
}

void progress_epoch(Progress *progress) {
    progress->epoch_started = seconds_now();
    progress->epoch_done = 0;
}

void progress_clear(Progress *progress) {
    if (progress->terminal && progress->shown > 0) {
        fputs("\r\033[K", stdout);
        fflush(stdout);
    }
    progress->shown = 0;
}

static void print_epoch(const Progress *progress, int64_t epoch) {
    if (progress->stage)
        printf("%s ", progress->stage);
    printf("epoch %2lld/%lld", (long long)epoch, (long long)progress->epochs);
}

static void print_left(double seconds) {
    long s = (long)(seconds + 0.5);
    if (s >= 3600)
        printf("  %ld:%02ld:%02ld left", s / 3600, s / 60 % 60, s % 60);
    else
        printf("  %ld:%02ld left", s / 60, s % 60);
}

void progress_step(Progress *progress, int64_t epoch, int rows, double share, const char *name,
                   double value) {
    progress->done += rows;
    progress->epoch_done += rows;
    progress->left -= rows;
    if (!progress->terminal)
        return;
    double now = seconds_now();
    if (now - progress->shown < redraw_seconds)
        return;
    progress->shown = now;
    char bar[BAR + 1];
    int filled = (int)(share * BAR);
    memset(bar, '.', BAR);
    memset(bar, '#', (size_t)(filled < BAR ? filled : BAR));
    bar[BAR] = 0;
    double speed = progress->done / (now - progress->started + 1e-9);
    fputs("\r\033[K", stdout);
    print_epoch(progress, epoch);
    printf(" [%s]  %s %.6g  %.0f examples/s", bar, name, value, speed);
    print_left(progress->left / speed);
    fflush(stdout);
}

static void print_tally(const Tally *tally) {
    for (int i = 0; i < tally->count; i++)
        if (tally->rows[i] > 0 && tally->row[i].output->rank == 0) /* others are in the files */
            printf("  %s %.6g", tally->row[i].text, tally_mean(tally, i));
}

void progress_line(Progress *progress, int64_t epoch, const Tally *tally, const Tally *valid) {
    if (progress->quiet)
        return;
    progress_clear(progress);
    double seconds = seconds_now() - progress->epoch_started;
    print_epoch(progress, epoch);
    print_tally(tally);
    if (valid)
        print_tally(valid);
    printf("  %.0f examples/s\n", progress->epoch_done / (seconds + 1e-9));
    fflush(stdout);
}
