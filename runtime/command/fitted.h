/* fitted: samples of a prior that 'fit-prior' has fitted to the codes of a run. */
#ifndef AERT_FITTED_H
#define AERT_FITTED_H

#include "work.h"

/* Whether sample draws from a fitted prior: --fitted says so, or the model has no other and there
 * is one. */
bool fitted_wanted(const Session *session);

/* As many codes as --count says, drawn and decoded, in a picture or array as sample writes it. */
bool sample_fitted(Work *work, AertError *error);

#endif
