/* restored: what 'reconstruct' does with what is no text: errors of numbers and classes, PCA beside
 * them, the table that they came in with its gaps filled.
 *
 * Its one idea: a program has it unless its model restores texts alone, without gaps (aert.h).
 */
#ifndef AERT_RESTORED_H
#define AERT_RESTORED_H

#include "reconstruct_pca.h"
#include "reconstruct_table.h"

/* What 'reconstruct' makes. */
typedef struct Reconstructed {
    Errors errors;
    Pca pca;
    Sheet sheet;
    Filled filled;
} Reconstructed;

struct AertRestored {
    /* Of reconstruct_pca.h: PCA beside the model. */
    bool (*fit)(Pca *pca, Session *session, int64_t *fitted, AertError *error);
    bool (*add)(Sheet *sheet, const Pca *pca, AertError *error);

    /* Says how far off the reconstructions are, and of texts what was filled beside them. */
    bool (*tell)(Work *work, Reconstructed *made, AertError *error);

    /* Writes what the sheet has as it came in, with --fill its gaps: see table_write of
     * reconstruct_table.h; `table`: it came as a table. */
    bool (*write)(const Work *work, const Sheet *sheet, bool table, Filled *filled,
                  AertError *error);
};

bool table_restored(const Work *work, const Sheet *sheet, bool table, Filled *filled,
                    AertError *error);

#endif
