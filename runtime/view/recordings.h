/* recordings: what a program does with signals, as pictures and files.
 *
 * Its one idea: a program has it where an input of its model is a signal (aert.h), and the linker
 * leaves it out of others.  command/recordings.c fills it in.
 */
#ifndef AERT_RECORDINGS_H
#define AERT_RECORDINGS_H

#include "sheet.h"
#include "pictures/pictures.h"

struct Scores; /* command/scores.h */
struct Filled; /* command/reconstruct_table.h */

struct AertSignals {
    /* sheet_signals of pictures/ */
    bool (*picture)(const char *path, const AertPicture *picture, const float *value,
                    AertError *error);
    /* Scores of windows become those of the moments that they hold: each the mean over its windows.
     * Moments in no window have none. */
    bool (*by_moment)(struct Scores *scores, const AertData *recording, AertError *error);
    /* The recording over the score of each of its moments; those of other classes than the normal
     * one are shaded, or without labels those above the threshold. */
    bool (*draw)(const struct Scores *scores, const AertData *recording, const char *path,
                 AertError *error);
    /* The recording again, as far as windows hold it, of what a sheet has restored. */
    bool (*rewrite)(const Session *session, const Examples *examples, const Sheet *sheet,
                    const char *path, struct Filled *filled, AertError *error);
};

#endif
