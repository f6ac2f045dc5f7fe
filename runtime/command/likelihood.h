/* likelihood: the likelihood of examples under a model whose code is drawn. */
#ifndef AERT_LIKELIHOOD_H
#define AERT_LIKELIHOOD_H

#include "model/model.h"

/* The entry that weighs a draw of the code; NULL, with an error, where there is none. */
const AertEntry *likelihood_entry(const Session *session, AertError *error);

/* What programs have of it whose models weigh draws. */
struct AertWeighs {
    bool (*nll)(Session *session, const Examples *examples, int draws, double *nll,
                AertError *error);
};

/* *nll is the mean over the examples of -log (1/draws) sum_k p(x, z_k) / q(z_k | x), z_k drawn from
 * q: nats.  It is at least -log p(x) in expectation, and falls towards it as there are more draws
 * (Burda, Grosse & Salakhutdinov, 2016). */
bool likelihood(Session *session, const Examples *examples, int draws, double *nll,
                AertError *error);

#endif
