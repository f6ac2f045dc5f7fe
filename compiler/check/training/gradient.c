/* What happens to a gradient before the optimiser sees it: clip, then decay.
 *
 *     clip norm 5      g  →  g * 5 / max(|all g of the minimise|, 5)
 *     decay 1e-4       g  →  g + 1e-4 * p
 *
 * Of several that stand around a minimise the innermost holds; of several decays in one place, for
 * each parameter, the one that names it most closely.
 */
#include "check/training/training.h"

/* A shared number; one that is written out must lie above `least`, or at it where `closed`. */
static Term *number_of(Checker *c, const Ast *ast, const char *what, bool closed) {
    Term *term = check_term(c, c->blocks, ast);
    double value;
    if (!term)
        return NULL;
    if (term->type.rows || term->type.n_samples || term->type.shape.rank) {
        check_error(c, ast->loc, "%s a single number, and this is %s", what,
                    term->type.rows ? "one for each example"
                                    : termtype_text(c->arena, &term->type));
        return NULL;
    }
    if (term_is_number(term, &value) && !(closed ? value >= 0 : value > 0)) {
        check_error(c, ast->loc, "%s a number %s, and this is %s", what,
                    closed ? "that is not negative" : "above 0", text_number(c->arena, value));
        return NULL;
    }
    return term;
}

void level_clip(Checker *c, TrainLevel *level, const Ast *ast) {
    if (level->clip)
        check_error(c, ast->loc, "gradients are clipped here already");
    else
        level->clip = number_of(c, ast->kid[0], "the norm of a gradient is clipped at", false);
}

void level_decay(Checker *c, TrainLevel *level, const Ast *ast) {
    int slots = c->model->slots.count;
    Decay decay = {.ast = ast, .reach = NEW_ARRAY(c->arena, size_t, slots + 1)};
    decay.factor = number_of(c, ast->kid[0], "parameters decay by", true);
    if (!decay.factor)
        return;
    const Ast *over = ast->kid[1];
    for (int i = 0; !over && i < slots; i++)
        decay.reach[i] = 1;
    if (over && !groups_reach(c, over, decay.reach))
        return;
    for (int d = 0; d < level->decays.count; d++)
        for (int i = 0; i < slots; i++) {
            if (!decay.reach[i] || decay.reach[i] != level->decays.at[d].reach[i])
                continue;
            check_error(c, ast->loc, "%s decays twice", c->model->slots.at[i].slot.name);
            diag_note(c->diag, level->decays.at[d].ast->loc, "it decays here");
            return;
        }
    list_add(c->arena, &level->decays, decay);
}

/* The factor that holds for a parameter, or NULL. */
static Term *decay_of(const TrainLevel *level, int slot) {
    for (; level; level = level->outer) {
        const Decay *closest = NULL;
        for (int i = 0; i < level->decays.count; i++) {
            const Decay *decay = &level->decays.at[i];
            if (decay->reach[slot] && (!closest || decay->reach[slot] > closest->reach[slot]))
                closest = decay;
        }
        if (closest)
            return closest->factor;
    }
    return NULL;
}

/* The sum of the squares of all elements. */
static Term *square_sum(Checker *c, Loc loc, Term *g) {
    Term *square = term_map_2(c, loc, OP_mul, g, g);
    int rank = g->type.shape.rank;
    if (!rank)
        return square;
    Term *sum = term_new(c, TERM_reduce, loc, (TermType){0}, 1, &square);
    sum->op = OP_sum;
    sum->count = rank;
    for (int i = 0; i < rank; i++)
        sum->ints[i] = i - rank;
    return sum;
}

static void clip(Checker *c, Term *most, int n, Term **g) {
    Loc loc = c->step->loc;
    Term *sum = square_sum(c, loc, g[0]);
    for (int i = 1; i < n; i++)
        sum = term_map_2(c, loc, OP_add, sum, square_sum(c, loc, g[i]));
    Term *length = term_map(c, loc, OP_sqrt, 1, &sum, NULL);
    length->user_name = names_of(c->names, "gradient_norm");
    Term *scale = term_map_2(c, loc, OP_div, most, term_map_2(c, loc, OP_max, length, most));
    for (int i = 0; i < n; i++)
        g[i] = term_map_2(c, loc, OP_mul, g[i], scale);
}

void gradients_adjust(Checker *c, const TrainLevel *level, int n, const int *slot, Term **g) {
    const TrainLevel *clipping = level;
    while (clipping && !clipping->clip)
        clipping = clipping->outer;
    if (clipping && n > 0)
        clip(c, clipping->clip, n, g);
    for (int i = 0; i < n; i++) {
        Term *factor = decay_of(level, slot[i]);
        Loc loc = c->step->loc;
        double value;
        if (!factor || (term_is_number(factor, &value) && value == 0))
            continue;
        g[i] = term_map_2(c, loc, OP_add, g[i],
                          term_map_2(c, loc, OP_mul, factor, c->model->slots.at[slot[i]].term));
    }
}
