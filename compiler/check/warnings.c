/* Warnings: what compiles and is probably not meant.
 *
 *     a group that no step trains
 *     a declaration or definition that is never read
 *     a value or parameter that nothing uses
 *     a mean beside a sum in what is minimised
 *     a value by the name of the input
 *     a loss that reads what may be missing, and not where it is
 *     a difference of each number of an input from each of what restores it
 */
#include "check/elaboration/elaboration.h"

#include <string.h>

static void mark(const Term *term, bool *reached) {
    if (term)
        reached[term->id] = true;
}

static bool is_trained(const Model *m, const Slot *slot) {
    for (int s = 0; s < m->steps.count; s++)
        for (int k = 0; k < m->steps.at[s].params.count; k++)
            if (m->steps.at[s].params.at[k] == slot->name)
                return true;
    return slot->kind != SLOT_param;
}

/* Parameters below `path` that no step trains, all or none of them: the first is *first. */
static bool none_is_trained(const Model *m, const char *path, int *first) {
    *first = -1;
    for (int i = 0; i < m->slots.count; i++) {
        const Slot *slot = &m->slots.at[i].slot;
        if (slot->kind != SLOT_param || !path_within(slot->name, path))
            continue;
        if (is_trained(m, slot))
            return false;
        *first = *first < 0 ? i : *first;
    }
    return true;
}

static void warn_untrained(Checker *c, const ModelSlot *slot, const char *what) {
    if (!slot->named) {
        diag_warning(c->diag, slot->slot.loc, "no step trains %s", what);
        diag_help(c->diag, "what it holds keeps its initial values, or those of `train --init`; "
                           "name it after `over` to train it");
    } else if (!slot->held) {
        diag_warning(c->diag, slot->slot.loc, "nothing that is minimised depends on %s", what);
        diag_help(c->diag, "what it holds keeps its initial values, though a step names it");
    } else {
        diag_warning(c->diag, slot->slot.loc, "no gradient reaches %s: `stop` holds it constant",
                     what);
        diag_help(c->diag, "what it holds keeps its initial values, though a step names it");
    }
}

/* Each parameter that no step trains; or the largest part of the model that it belongs to, none of
 * which is trained. */
static void untrained_groups(Checker *c) {
    Model *m = c->model;
    for (int i = 0; i < m->slots.count; i++) {
        const Slot *slot = &m->slots.at[i].slot;
        if (is_trained(m, slot))
            continue;
        const char *path = slot->name, *end = slot->name;
        int first = i;
        while ((end = strchr(end, '.'))) {
            const char *part = arena_copy(c->arena, slot->name, (size_t)(end++ - slot->name));
            if (none_is_trained(m, part, &first)) {
                path = part;
                break;
            }
        }
        if (first != i && path != slot->name)
            continue;
        const char *what = path == slot->name ? path : arena_printf(c->arena, "the group %s", path);
        warn_untrained(c, &m->slots.at[i], what);
    }
}

/* What each kind of item is called, and what helps; NULL for those that need no reader. */
static const char *item_kind(const Ast *ast) {
    return ast->kind == AST_hyper    ? "hyper"
           : ast->kind == AST_const  ? "const"
           : ast->kind == AST_input  ? ast->role
           : ast->kind == AST_label  ? "label"
           : ast->kind == AST_define ? ast->role
                                     : NULL;
}

/* A definition that -D may put in the place of another: some const is one of its kind. */
static bool is_choice(Checker *c, const Ast *file, const Ast *define) {
    for (int i = 0; i < file->n; i++) {
        const Ast *ast = file->kid[i];
        const Binding *b = ast->kind == AST_const ? scope_find_here(c->file, ast->name) : NULL;
        const char *role = !b                                  ? ""
                           : b->value.kind == VALUE_definition ? b->value.define->ast->role
                           : b->value.kind == VALUE_primitive  ? "function"
                                                               : "";
        if (strcmp(role, define->role) == 0)
            return true;
    }
    return false;
}

/* Looks at the model's own file alone: of a file of definitions a model need not use all. */
static void unread_items(Checker *c, const Ast *file) {
    for (int i = 0; i < file->n; i++) { /* not what only an unused one reads */
        Binding *b =
            file->kid[i]->kind == AST_define ? scope_find_here(c->file, file->kid[i]->name) : NULL;
        for (int k = 0; b && !b->used && k < file->kid[i]->n; k++)
            scope_use_names(c->file, file->kid[i]->kid[k]);
    }
    for (int i = 0; i < file->n; i++) {
        const Ast *ast = file->kid[i];
        const char *kind = item_kind(ast);
        Binding *binding = kind ? scope_find_here(c->file, ast->name) : NULL;
        if (!binding || binding->used || (ast->kind == AST_define && is_choice(c, file, ast)))
            continue;
        diag_warning(c->diag, ast->name_loc, "the %s `%s` is never %s", kind, ast->name,
                     ast->kind == AST_define ? "used" : "read");
        if (ast->kind == AST_label)
            diag_help(c->diag, "a model that reads no label needs to declare none: train, encode "
                               "and scatter take --labels all the same");
    }
}

/* A name of a block that reaches no loss, metric, code or reconstruction. */
static void unused_values(Checker *c) {
    Model *m = c->model;
    bool *reached = NEW_ARRAY(c->arena, bool, m->terms.count + 1);
    for (int i = 0; i < m->reports.count; i++)
        mark(m->reports.at[i].term, reached);
    for (int i = 0; i < m->steps.count; i++)
        mark(m->steps.at[i].loss, reached);
    mark(m->code, reached);
    mark(m->reconstruction, reached);
    mark(m->noisy, reached);
    for (int i = 0; i < m->updates.count; i++)
        mark(m->updates.at[i].value, reached);
    for (int i = 0; i < m->generated.count; i++)
        mark(m->generated.at[i].drawn, reached);
    model_mark_operands(m, reached);
    for (int i = 0; i < c->blocks->bindings.count; i++) {
        Binding *b = &c->blocks->bindings.at[i];
        if (b->value.kind == VALUE_term && !b->used && !reached[b->value.term->id])
            diag_warning(c->diag, b->loc, "the value `%s` is never used", b->name);
    }
}

enum { SUMS = 1, MEANS = 2 };

/* sum(v) / count(v), as the prelude writes a mean */
static bool is_mean(const Term *term) {
    double divisor;
    const Term *sum = term->in[0];
    if (term->op != OP_div || sum->kind != TERM_reduce || !term_is_number(term->in[1], &divisor))
        return false;
    return divisor * type_size(sum->type.shape, 1) == type_size(sum->in[0]->type.shape, 1);
}

/* Whether the numbers that this term adds up are sums over features, means, or both; `found` has
 * the answers for its operands. */
static int reductions(const Term *term, const unsigned char *found) {
    if (term->kind == TERM_reduce && term->op == OP_sum)
        return type_size(term->in[0]->type.shape, 1) > 1 ? SUMS : 0;
    if (term->kind == TERM_batch_mean || term->kind == TERM_reshape)
        return found[term->in[0]->id];
    if (term->kind != TERM_map)
        return 0;
    int left = found[term->in[0]->id], right = term->n > 1 ? found[term->in[1]->id] : 0;
    bool weighs = term->op == OP_mul || term->op == OP_div;
    if (term->op == OP_div && is_mean(term))
        return MEANS;
    if (weighs && (left | right) == MEANS && left != right)
        return 0; /* a mean with a weight is meant as it is */
    if (term->op == OP_div)
        return left;
    return weighs || term->op == OP_add || term->op == OP_sub || term->op == OP_neg ? left | right
                                                                                    : 0;
}

static void mixed_reductions(Checker *c) {
    const Model *m = c->model;
    unsigned char *found = NEW_ARRAY(c->arena, unsigned char, m->terms.count + 1);
    for (int id = 0; id < m->terms.count; id++)
        found[id] = (unsigned char)reductions(m->terms.at[id], found);
    for (int i = 0; i < m->steps.count; i++) {
        const ModelStep *step = &m->steps.at[i];
        if (found[step->loss->id] != (SUMS | MEANS))
            continue;
        diag_warning(c->diag, step->loc,
                     "what is minimised adds a mean over features to a sum over features");
        diag_help(
            c->diag,
            "their weights then depend on the number of features: use one kind, or weigh the mean");
    }
}

/* noise { x = x |> mask(0.3) }: from there on, in the loss too, x is not the data. */
static void hidden_inputs(Checker *c) {
    const Model *m = c->model;
    for (int i = 0; i < c->blocks->bindings.count; i++) {
        const Value *block = &c->blocks->bindings.at[i].value;
        for (int k = 0; block->kind == VALUE_block && block->inside && k < m->inputs.count; k++) {
            const char *name = m->inputs.at[k].name;
            const Binding *b = scope_find_here(block->inside, names_of(c->names, name));
            if (!b)
                continue;
            diag_warning(c->diag, b->loc, "from here on `%s` is this value, no longer the data",
                         name);
            diag_help(c->diag, "later blocks and the loss read it by this name: give it another");
        }
    }
}

/* Whether what a loss block computes reads a value there, and not only what earlier blocks have
 * made of it. */
static bool reads_here(Checker *c, const Report *report, const Term *value) {
    bool *made = NEW_ARRAY(c->arena, bool, report->term->id + 1);
    made[report->term->id] = true;
    for (int id = report->term->id; id >= report->first; id--) {
        const Term *term = c->model->terms.at[id];
        for (int i = 0; made[id] && i < term->n; i++) {
            if (term->in[i] == value)
                return true;
            made[term->in[i]->id] = true;
        }
    }
    return report->term == value;
}

/* What a loss should look at beside an input of a kind, and what it reads where it does not. */
typedef struct MaskAdvice {
    const char *mask, *what, *help;
} MaskAdvice;

static const MaskAdvice mask_advice[] = {
    [HOLDS_NUMBERS] = {"given", "may be missing",
                       "a gap reads as 0; losses of the prelude take the mask:  given = %s.given"},
    [HOLDS_COUNTS] = {"given", "may be missing",
                      "a gap reads as 0; losses of the prelude take the mask:  given = %s.given"},
    [HOLDS_A_CLASS] = {"given", "may be missing",
                       "a class that is missing reads as class 0; losses of the prelude take the "
                       "mask:  given = %s.given"},
    [HOLDS_TOKENS] = {"mask", "ends where the text does",
                      "the padding behind it counts, too; losses of the prelude take the mask:  "
                      "given = %s.mask"},
};

/* A loss that reads what may be missing, or text and its padding, without looking at the mask: what
 * is missing reads as 0, or class 0, as if the data had said so. */
static void unmasked_losses(Checker *c) {
    const Model *m = c->model;
    for (int i = 0; i < m->inputs.count; i++) {
        const InputInfo *input = &m->inputs.at[i];
        const MaskAdvice *advice = &mask_advice[input_holds(input->kind)];
        const Binding *b = scope_find_here(c->file, input->name);
        const Binding *mask =
            b && b->value.kind == VALUE_term && b->value.inside
                ? scope_find_here(b->value.inside, names_of(c->names, advice->mask))
                : NULL;
        for (int k = 0; mask && k < m->reports.count; k++) {
            const Report *report = &m->reports.at[k];
            if (report->metric || !reads_here(c, report, b->value.term) ||
                reads_here(c, report, mask->value.term))
                continue;
            diag_warning(c->diag, report->loc, "`%s` reads `%s`, which %s, without `%s.%s`",
                         report->name, input->name, advice->what, input->name, advice->mask);
            check_help(c, advice->help, input->name);
            break;
        }
    }
}

/* The input, perhaps in another shape. */
static bool is_input(const Term *term) {
    while (term->kind == TERM_reshape || term->kind == TERM_expand)
        term = term->in[0];
    return term->kind == TERM_input;
}

/* reshape(xhat, 4, 1) - x is [4,4]: both have grown, which is meant of an input and itself alone.
 */
static void outer_differences(Checker *c) {
    const Model *m = c->model;
    for (int id = 0; id < m->terms.count; id++) {
        const Term *term = m->terms.at[id];
        if (term->kind != TERM_map || term->op != OP_sub || check_in_prelude(c, term->loc) ||
            is_input(term->in[0]) == is_input(term->in[1]))
            continue;
        const Type *a = &term->in[0]->type.shape, *b = &term->in[1]->type.shape;
        double size = type_size(term->type.shape, 1), left = type_size(*a, 1);
        double right = type_size(*b, 1);
        if (left == 1 || left != right || size <= left)
            continue;
        diag_warning(c->diag, term->loc, "each of %s less each of %s makes %s",
                     type_text(c->arena, *a), type_text(c->arena, *b),
                     type_text(c->arena, term->type.shape));
        diag_help(c->diag, "`reshape` gives both one shape, where number by number is meant");
    }
}

/* What the last value of the encoder is by mistake: a mean over the batch, a constant. */
static void shared_code(Checker *c) {
    const Term *code = c->model->code;
    if (!code || code->type.rows)
        return;
    diag_warning(c->diag, code->loc, "the code is the same for all examples of a batch");
    check_help(c, "it is the last value of the bottleneck, else of the last encoder");
}

void check_warnings(Checker *c, const Ast *file) {
    shared_code(c);
    untrained_groups(c);
    unread_items(c, file);
    unused_values(c);
    mixed_reductions(c);
    hidden_inputs(c);
    unmasked_losses(c);
    outer_differences(c);
}
