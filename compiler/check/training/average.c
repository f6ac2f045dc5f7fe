/* `average 0.999`: beside each parameter that is trained, the mean of what its updates left.
 *
 *     a  ←  a + (1 - d) / (1 - d^t) * (p - a)        after update number t of p
 *
 * This weighs the value after each update by d^age; the first update copies p, so that the initial
 * values do not count.  t counts the updates of every minimise that trains p.
 */
#include "check/training/training.h"

static const char *average_name(Checker *c, const char *param) {
    return names_of(c->names, arena_printf(c->arena, "average:%s", param));
}

/* The slot of the average, made when it is first asked for. */
static Term *average_of(Checker *c, const char *param, Loc loc) {
    const char *name = average_name(c, param);
    ModelSlot *slot = check_find_slot(c, name), *p = check_find_slot(c, param);
    if (slot)
        return slot->term;
    ModelSlot made = {.initial = p->initial, .origin = p->origin};
    made.slot = (Slot){.kind = SLOT_average,
                       .name = name,
                       .of = param,
                       .part = "average",
                       .type = p->slot.type,
                       .loc = loc};
    made.term = term_leaf(c, TERM_slot, loc, name, (TermType){.shape = p->slot.type});
    made.term->op = OP_state;
    check_add_slot(c, made);
    return made.term;
}

static bool trains(const ModelStep *step, const char *param) {
    for (int i = 0; i < step->params.count; i++)
        if (step->params.at[i] == param)
            return true;
    return false;
}

/* How often a parameter was updated. */
static Term *updates_of(Checker *c, const char *param, Loc loc) {
    Model *m = c->model;
    Term *sum = NULL;
    for (int s = 0; s < m->steps.count; s++) {
        if (!trains(&m->steps.at[s], param))
            continue;
        Term *count = term_scalar(c, loc, SCALAR_update, s, m->steps.at[s].info.name);
        sum = sum ? term_map(c, loc, OP_add, 2, (Term *[]){sum, count}, NULL) : count;
    }
    return sum;
}

static Term *averaged(Checker *c, Term *factor, const char *param, Term *p, Loc loc) {
    Term *average = average_of(c, param, loc), *one = term_number(c, loc, 1);
    Term *power = term_map(c, loc, OP_pow, 2, (Term *[]){factor, updates_of(c, param, loc)}, NULL);
    Term *rest[2] = {term_map(c, loc, OP_sub, 2, (Term *[]){one, factor}, NULL),
                     term_map(c, loc, OP_sub, 2, (Term *[]){one, power}, NULL)};
    Term *weight = term_map(c, loc, OP_div, 2, rest, NULL);
    Term *way = term_map(c, loc, OP_sub, 2, (Term *[]){p, average}, NULL);
    way = term_map(c, loc, OP_mul, 2, (Term *[]){weight, way}, NULL);
    return term_map(c, loc, OP_add, 2, (Term *[]){average, way}, NULL);
}

void add_averages(Checker *c, Term *factor, Loc loc) {
    Model *m = c->model;
    for (int s = 0; s < m->steps.count; s++) {
        ModelStep *step = &m->steps.at[s];
        int count = step->assigns.count;
        for (int i = 0; i < count; i++) {
            Update assign = step->assigns.at[i];
            if (!trains(step, assign.slot))
                continue;
            Update average = {.slot = average_name(c, assign.slot),
                              .term = averaged(c, factor, assign.slot, assign.term, loc)};
            list_add(c->arena, &step->assigns, average);
        }
    }
}
