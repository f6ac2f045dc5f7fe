/* Samples whose elements are drawn one after another, each from what those before it tell.
 *
 * Its one idea: the entry draws all elements at once, from what the model says where the input is
 * as it is now, and element i always by the same random number.  What it draws for the first is
 * right at once, for the second as soon as the first is right, and so on: run again on what it has
 * drawn it has them all after as many rounds as there are elements, and as a rule much sooner,
 * since most elements hardly depend on those that were still wrong.  When a round changes nothing
 * it is over: there is only one such sample, which drawing one element after another would give,
 * too. (Song, Meng, Liao & Ermon, 2021, call this fixed-point iteration after Jacobi.)
 *
 * Where the program knows which lines of what it computes see which lines of the input, the rounds
 * are those of fronts.c, which compute what can still change, and what is said above is left to
 * find that a round of everything changes nothing.
 *
 * Example: 784 pixels of a digit are right after some 30 rounds.
 */
#include "in_order.h"

#include "fronts.h"

/* Sets what is not known of the rows in hand to 0; any value would do. */
static void forget(const Session *session, size_t size, int rows) {
    for (size_t i = 0; i < (size_t)rows * size; i++)
        if (i % size >= session->known)
            session_set_input(session, 0, i, 0);
}

/* Puts what was drawn into the input; whether that changed it. */
static bool advance(const Session *session, const AertOutput *output, size_t size, int rows) {
    bool changed = false;
    for (size_t i = 0; i < (size_t)rows * size; i++) {
        if (i % size < session->known)
            continue;
        double drawn = session_value(session, output, i);
        changed |= session_input(session, 0, i) != drawn;
        session_set_input(session, 0, i, drawn);
    }
    return changed;
}

static bool run_in_order(Session *session, const AertEntry *entry, int rows, AertError *error) {
    const AertOutput *output = entry_output(entry, "xhat");
    if (!output)
        return aert_fail(error, "%s does not draw the input", entry->name);
    size_t size = aert_input_size(&session->model->input[0]);
    size_t most = size - session->known + 1; /* the last changes nothing */
    bool changed = true;
    int rounds = 0;
    forget(session, size, rows);
    if (entry->reach && !run_fronts(session, entry, output, rows, &rounds, error))
        return false;
    for (size_t round = 1; changed && round <= most; round++) {
        session_run(session, entry, rows, 0, 0);
        if (!session_accepts(session, error))
            return false;
        changed = advance(session, output, size, rows);
        rounds++;
        session->rounds = rounds > session->rounds ? rounds : session->rounds;
    }
    return !changed ||
           aert_fail(error,
                     "%s: what is drawn of an element depends on it or on later ones, so "
                     "that there is no order to draw them in",
                     output->place);
}

const AertInOrder aert_in_order = {run_in_order};
