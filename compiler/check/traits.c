/* What is said of an input behind its type.
 *
 *     input x : table[temp, flow] standardized with gaps
 *         x        →   where(x.given, (x - input.x.mean) / input.x.deviation, 0)
 *         x.given  →   an input of its own, which the data fill with 1 where they have a number
 *     label y : class[10] optional        y.given likewise
 *     input c : class[3] other            the last class is what training did not know
 *     input s : tokens[40] < 10000 characters
 *         s.mask    →  s > 0: 1 at what belongs to the text, 0 at the padding behind it
 *         s.length  →  sum(s.mask)
 *
 * The mean and the deviation are slots: the weights file has them, and so has all that is made of
 * the graph.  What leaves the program is multiplied and shifted back (input_unscaled).
 */
#include "check/elaboration/elaboration.h"

#include <string.h>

/* ---- words ---- */

static const struct {
    const char *name;
    bool with; /* it stands behind `with` */
    InputHolds of;
    const char *what;
} traits[] = {
    {"standardized", false, HOLDS_NUMBERS, "mean 0 and deviation 1 in the data of the training"},
    {"scaled", false, HOLDS_NUMBERS, "the range of the data of the training onto 0..1"},
    {"gaps", true, HOLDS_NUMBERS, "numbers may be missing"},
    {"other", false, HOLDS_A_CLASS, "the last class is what training did not know"},
    {"optional", false, HOLDS_A_CLASS, "it may be missing"},
    {"characters", false, HOLDS_TOKENS, "each token is a character, in the place of a word"},
};

typedef enum Trait { STANDARDIZED, SCALED, GAPS, OTHER, OPTIONAL, CHARACTERS, TRAITS } Trait;

/* Which rows of the table of traits are for the input: those of numbers are for counts as well. */
static InputHolds kind_of(const InputInfo *info) {
    InputHolds holds = input_holds(info->kind);
    return holds == HOLDS_COUNTS ? HOLDS_NUMBERS : holds;
}

static const char *const said_of[] = {
    [HOLDS_NUMBERS] = "numbers", [HOLDS_A_CLASS] = "classes", [HOLDS_TOKENS] = "tokens"};

static const char *written(Checker *c, int trait) {
    return arena_printf(c->arena, "%s%s", traits[trait].with ? "with " : "", traits[trait].name);
}

/* An error, with a list of the words that may be said of such an input. */
static void unknown_trait(Checker *c, const Ast *ast, InputHolds of) {
    const char *known[TRAITS];
    int count = 0;
    Text all;
    text_open(&all, c->arena);
    for (int i = 0; i < TRAITS; i++)
        if (traits[i].of == of) {
            text_add(&all, "%s`%s`: %s", count ? "; " : "", written(c, i), traits[i].what);
            known[count++] = traits[i].name;
        }
    check_error(c, ast->loc, "`%s` says nothing of an input", ast->name);
    const char *near = text_nearest(ast->name, known, count);
    if (near)
        check_help(c, "did you mean `%s`?", near);
    else
        check_help(c, "%s", all.at);
}

static int find_trait(const char *name) {
    for (int i = 0; i < TRAITS; i++)
        if (strcmp(traits[i].name, name) == 0)
            return i;
    return -1;
}

/* Marks what is said; tells what does not fit. */
static void read_trait(Checker *c, const Ast *ast, InputHolds of, bool *said) {
    int i = find_trait(ast->name);
    if (i < 0)
        unknown_trait(c, ast, of);
    else if (traits[i].with != (ast->number == 1))
        check_error(c, ast->loc, "this is written `%s`", written(c, i));
    else if (traits[i].of != of)
        check_error(c, ast->loc, "`%s` is said of %s: %s", traits[i].name, said_of[traits[i].of],
                    traits[i].what);
    else if (said[i])
        check_error(c, ast->loc, "`%s` is said already", traits[i].name);
    else
        said[i] = true;
}

/* ---- scaling ---- */

/* A slot of the input's columns or channels, `value` until something is trained; its name. */
static const char *scaling_slot(Checker *c, const Ast *ast, const InputInfo *info, const char *part,
                                double value) {
    Type shape = type_make(1, info->type.dim);
    const char *name = names_of(c->names, arena_printf(c->arena, "input.%s%s", info->name, part));
    Term *slot = term_leaf(c, TERM_slot, ast->name_loc, name, (TermType){.shape = shape});
    slot->op = OP_state;
    ModelSlot made = {.term = slot, .origin = ast};
    made.initial = term_expand(c, ast->name_loc, term_number(c, ast->name_loc, value), shape);
    made.slot = (Slot){.kind = SLOT_state, .name = name, .type = shape, .loc = ast->name_loc};
    check_add_slot(c, made);
    return name;
}

/* The slot in a shape that broadcasts to the input: of an image or signal it has one number for
 * each channel. */
static Term *meeting(Checker *c, Loc loc, const InputInfo *info, const char *slot) {
    Term *term = check_find_slot(c, slot)->term;
    TermType type = {.shape = info->type};
    for (int i = 1; i < info->type.rank; i++)
        type.shape.dim[i] = 1;
    return info->type.rank == 1 ? term : term_new(c, TERM_reshape, loc, type, 1, &term);
}

static Term *scale(Checker *c, const Ast *ast, InputInfo *info, Term *raw) {
    bool standard = info->scaling == SCALING_standardized;
    Loc loc = ast->name_loc;
    if (info->scaling == SCALING_none)
        return raw;
    info->shift = scaling_slot(c, ast, info, standard ? ".mean" : ".low", 0);
    info->scale = scaling_slot(c, ast, info, standard ? ".deviation" : ".range", 1);
    Term *moved = term_map_2(c, loc, OP_sub, raw, meeting(c, loc, info, info->shift));
    return term_map_2(c, loc, OP_div, moved, meeting(c, loc, info, info->scale));
}

Term *input_unscaled(Checker *c, const InputInfo *info, Term *value) {
    if (!value || info->scaling == SCALING_none)
        return value;
    Loc loc = value->loc;
    Term *wide = term_map_2(c, loc, OP_mul, value, meeting(c, loc, info, info->scale));
    return term_map_2(c, loc, OP_add, wide, meeting(c, loc, info, info->shift));
}

/* ---- gaps ---- */

InputInfo input_mask(Checker *c, const InputInfo *info) {
    return (InputInfo){.kind = INPUT_vector,
                       .role = AS_given,
                       .name = names_of(c->names, arena_printf(c->arena, "%s.given", info->name)),
                       .of = info->name,
                       .type = info->type,
                       .low = 0,
                       .high = 1,
                       .ranged = true};
}

/* The input as blocks read it: 0 where nothing is given. */
static Value with_mask(Checker *c, const Ast *ast, const InputInfo *info, Term *input) {
    TermType type = {.rows = true, .shape = info->type};
    Term *given = term_leaf(c, TERM_input, ast->name_loc, input_mask(c, info).name, type);
    if (info->scaling != SCALING_none)
        input = term_map(c, ast->name_loc, OP_where, 3,
                         (Term *[]){given, input, term_number(c, ast->name_loc, 0)}, NULL);
    Value value = value_term(input, ast->name_loc);
    value.inside = scope_open(c, NULL);
    scope_bind(c, value.inside, names_of(c->names, "given"), ast->name_loc,
               value_term(given, ast->name_loc));
    return value;
}

/* ---- tokens ---- */

/* Tokens as blocks read them: which of their places belong to the text, and how many do. */
static Value with_places(Checker *c, const Ast *ast, Term *input) {
    Loc loc = ast->name_loc;
    Term *padding = term_number(c, loc, TOKEN_PADDING);
    Term *inside = term_map_2(c, loc, OP_lt, padding, input);
    Value value = value_term(input, loc);
    value.inside = scope_open(c, NULL);
    scope_bind(c, value.inside, names_of(c->names, "mask"), loc, value_term(inside, loc));
    scope_bind(c, value.inside, names_of(c->names, "length"), loc,
               value_term(term_sum_features(c, loc, inside), loc));
    return value;
}

/* ---- the whole ---- */

Value input_traits(Checker *c, const Ast *ast, int first, InputInfo *info, Term *raw) {
    bool said[TRAITS] = {false};
    for (int i = first; i < ast->n; i++)
        read_trait(c, ast->kid[i], kind_of(info), said);
    if (said[OTHER] && info->classes < 2)
        check_error(c, ast->loc,
                    "a class of others stands beside one that is known: class[2] or more");
    if (said[STANDARDIZED] && said[SCALED])
        check_error(c, ast->loc, "an input is `standardized` or `scaled`, not both");
    info->other = said[OTHER];
    info->missing = said[GAPS] || said[OPTIONAL];
    info->characters = said[CHARACTERS];
    info->scaling = said[STANDARDIZED] ? SCALING_standardized
                    : said[SCALED]     ? SCALING_scaled
                                       : SCALING_none;
    Term *input = scale(c, ast, info, raw);
    input->user_name = input == raw ? NULL : info->name;
    if (kind_of(info) == HOLDS_TOKENS)
        return with_places(c, ast, input);
    return info->missing ? with_mask(c, ast, info, input) : value_term(input, ast->name_loc);
}
