/* fitted: samples of a prior that 'fit-prior' has fitted to the codes of a run. */
#ifndef AERT_FITTED_H
#define AERT_FITTED_H

#include "view/view.h"

/* Whether sample draws from a fitted prior: --fitted says so, or the model has no other and there
 * is one. */
bool fitted_wanted(const AertModel *model, const Options *options);

/* As many codes as --count says, drawn and decoded, in a picture or array as sample writes it.
 * Returns an exit status. */
int sample_fitted(const AertModel *model, const Options *options, AertError *error);

#endif
