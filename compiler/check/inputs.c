/* What a data set supplies: inputs, targets and labels.
 *
 *     input  noisy : image[1, 64, 64] in 0..1     what the model reads
 *     target clean : image[1, 64, 64] in 0..1     what its reconstruction stands for
 *     input  x     : table[temp, flow]            numbers that have names
 *     input  s     : tokens[40] < 10000           a text: the numbers of its words
 *     label  y     : class[10] other              a class beside it
 *
 * They are kept in this order, those of one role in that of the text: the first is what is encoded.
 */
#include "check/elaboration/elaboration.h"
#include "check/values/published.h"
#include "check/values/range.h"

#include <math.h>
#include <string.h>

enum { NAMES = -1 }; /* instead of lengths */

static const struct {
    const char *name;
    InputKind kind;
    int lengths;
    const char *example;
} input_types[] = {
#define ABI_INPUT(name, NAME, rank, holds, lengths, many)                                          \
    {#name, INPUT_##name, rank, #name "[" lengths "]"},
#include "abi.def"
    {"table", INPUT_vector, NAMES, "table[temp, \"engine speed\"]"},
};

enum { TYPES = sizeof input_types / sizeof *input_types };
enum { MOST_COLUMN = 63 }; /* bytes of a name that the runtime keeps */

static InputRole role_of(const Ast *ast) {
    return ast->kind == AST_label             ? AS_label
           : strcmp(ast->role, "target") == 0 ? AS_target
                                              : AS_data;
}

static bool input_numbers(Checker *c, const Ast *type, int wanted, Type *shape) {
    Value list = {.kind = VALUE_list, .loc = type->loc, .count = type->n - 1};
    list.items = NEW_ARRAY(c->arena, Value, type->n);
    for (int i = 1; i < type->n; i++) {
        list.items[i - 1] = check_expression(c, c->file, type->kid[i]);
        if (list.items[i - 1].kind == VALUE_error)
            return false;
    }
    if (list.count != wanted) {
        check_error(c, type->loc, "`%s` wants %d length%s, and this has %d", type->kid[0]->name,
                    wanted, wanted == 1 ? "" : "s", list.count);
        return false;
    }
    return value_shape(c, type->loc, &list, shape);
}

/* class[10] */
static bool read_classes(Checker *c, const Ast *type, InputInfo *info) {
    Value number = check_expression(c, c->file, type->kid[1]);
    info->type = type_make(1, (int[]){0});
    if (!value_many(c, type->loc, &number, "the number of classes", &info->type.dim[0]))
        return false;
    if (info->type.dim[0] > 0)
        return true;
    check_error(c, type->loc, "the number of classes is at least 1, and this is %d",
                info->type.dim[0]);
    return false;
}

static bool column_name(Checker *c, const Ast *ast, const char *const *before, int count) {
    if (ast->kind != AST_name && ast->kind != AST_text) {
        check_error(c, ast->loc, "the columns of a table are names");
        check_help(c, "table[temp, \"engine speed\"]; of numbers without names, vector[3]");
        return false;
    }
    if (!*ast->name || strlen(ast->name) > MOST_COLUMN) {
        check_error(c, ast->loc, "the name of a column has 1 to %d bytes, and this has %zu",
                    MOST_COLUMN, strlen(ast->name));
        return false;
    }
    for (int i = 0; i < count; i++)
        if (before[i] == ast->name) {
            check_error(c, ast->loc, "the column `%s` is there already", ast->name);
            return false;
        }
    return true;
}

static bool read_columns(Checker *c, const Ast *type, InputInfo *info) {
    const char **column = NEW_ARRAY(c->arena, const char *, type->n);
    for (int i = 1; i < type->n; i++) {
        if (!column_name(c, type->kid[i], column, i - 1))
            return false;
        column[i - 1] = type->kid[i]->name;
    }
    info->column = column;
    info->type = type_make(1, &(int){type->n - 1});
    return true;
}

/* An error that lists the types that this role allows: a label is a class, an input and a target
 * may be anything. */
static void unknown_type(Checker *c, const Ast *type, const char *name, InputRole role,
                         bool unknown) {
    const char *known[TYPES], *near;
    Text text;
    text_open(&text, c->arena);
    for (int i = 0; i < TYPES; i++) {
        known[i] = input_types[i].name;
        if (role != AS_label || input_holds(input_types[i].kind) == HOLDS_A_CLASS)
            text_add(&text, "%s`%s`", text.length ? " or " : "", input_types[i].example);
    }
    check_error(c, type->loc, "what a data set supplies as %s is %s",
                role == AS_label    ? "a label"
                : role == AS_target ? "a target"
                                    : "an input",
                text.at);
    near = unknown ? text_nearest(name, known, TYPES) : NULL;
    if (near)
        check_help(c, "did you mean `%s`?", near);
    else if (role == AS_label && !unknown)
        check_help(c, "numbers that a loss or metric reads are a target:  target %s : %s[…]", "t",
                   name);
}

/* Keeps the list in the order of roles, inputs before targets before labels, and in each in the
 * order of the text. */
static void add_input(Checker *c, const Ast *ast, InputInfo info) {
    Model *m = c->model;
    if (m->inputs.count == MAX_INPUTS) {
        check_error(c, ast->loc, "a model has at most %d inputs, targets and labels", MAX_INPUTS);
        return;
    }
    list_add(c->arena, &m->inputs, info);
    int at = m->inputs.count - 1;
    for (; at > 0 && m->inputs.at[at - 1].role > info.role; at--)
        m->inputs.at[at] = m->inputs.at[at - 1];
    m->inputs.at[at] = info;
}

/* How many tokens there are: those that stand for no word, and words. */
static void read_vocabulary(Checker *c, const Ast *ast, InputInfo *info) {
    const Ast *limit = ast->kid[1];
    if (!limit || !limit->kid[1] || limit->kid[0]) {
        check_error(c, ast->kid[0]->loc, "tokens have a vocabulary, whose size is missing");
        check_help(c, "input %s : tokens[40] < 10000", ast->name);
        return;
    }
    Value size = check_expression(c, c->file, limit->kid[1]);
    if (!value_many(c, limit->kid[1]->loc, &size, "the size of a vocabulary", &info->classes))
        return;
    if (info->classes <= TOKEN_FIRST)
        check_error(c, limit->loc,
                    "a vocabulary has %d tokens that are no words, padding, unknown and end, and "
                    "some that are",
                    TOKEN_FIRST);
    info->high = info->classes - 1;
    info->ranged = true;
}

static void read_range(Checker *c, const Ast *range, InputInfo *info) {
    if (!range || !range->kid[1])
        return;
    if (!range->kid[0]) {
        check_error(c, range->loc, "only tokens have a size behind `<`");
        check_help(c, "a range is written  in 0..1");
        return;
    }
    Value low = check_expression(c, c->file, range->kid[0]),
          high = check_expression(c, c->file, range->kid[1]);
    info->ranged = low.kind == VALUE_term && high.kind == VALUE_term &&
                   term_is_number(low.term, &info->low) && term_is_number(high.term, &info->high);
    if (!info->ranged || info->low >= info->high || !isfinite(info->high - info->low))
        check_error(c, range->loc, "a range goes from a smaller number to a larger:  in 0..1");
}

/* False after an error. */
static bool read_type(Checker *c, const Ast *ast, InputInfo *info) {
    const Ast *type = ast->kid[0];
    const char *name =
        type->kind == AST_index && type->kid[0]->kind == AST_name ? type->kid[0]->name : "";
    int k = 0;
    while (k < TYPES && strcmp(input_types[k].name, name) != 0)
        k++;
    if (k == TYPES ||
        (info->role == AS_label && input_holds(input_types[k].kind) != HOLDS_A_CLASS)) {
        unknown_type(c, type, name, info->role, k == TYPES);
        return false;
    }
    info->kind = input_types[k].kind;
    if (input_types[k].lengths == NAMES)
        return read_columns(c, type, info);
    if (input_holds(info->kind) == HOLDS_A_CLASS && type->n == 2)
        return read_classes(c, type, info);
    return input_numbers(c, type, input_types[k].lengths, &info->type);
}

/* --set height=1.8: numbers that a decoder reads beside the code go by the names of their columns,
 * or one alone by its input's.  The first input is what is encoded. */
static void publish_numbers(Checker *c, const Ast *ast, const InputInfo *info) {
    if (ast->kind != AST_input || c->model->inputs.count == 0 ||
        input_holds(info->kind) != HOLDS_NUMBERS)
        return;
    for (int i = 0; info->column && i < info->type.dim[0]; i++)
        publish(c, SPACE_setting, info->column[i], c->tree, ast->name_loc,
                arena_printf(c->arena, "the column `%s` of `%s`", info->column[i], ast->name));
    if (!info->column && type_size(info->type, 1) == 1)
        publish(c, SPACE_setting, ast->name, ast, ast->name_loc,
                arena_printf(c->arena, "the input `%s`", ast->name));
}

void check_input(Checker *c, const Ast *ast) {
    InputInfo info = {.role = role_of(ast), .name = ast->name, .low = 0, .high = 1};
    if (check_too_long(c, ast->name_loc, ast->name) || !read_type(c, ast, &info)) {
        scope_bind(c, c->file, ast->name, ast->name_loc, value_error());
        return;
    }
    if (input_holds(info.kind) == HOLDS_A_CLASS) {
        publish(c, SPACE_setting, ast->name, ast, ast->name_loc,
                arena_printf(c->arena, "the %s `%s`", ast->kind == AST_label ? "label" : "input",
                             ast->name));
        info.classes = info.type.dim[0];
        info.type = (Type){0};
    }
    publish_numbers(c, ast, &info);
    if (input_holds(info.kind) == HOLDS_TOKENS)
        read_vocabulary(c, ast, &info);
    else if (ast->kind == AST_input)
        read_range(c, ast->kid[1], &info);
    Term *raw = term_leaf(c, TERM_input, ast->name_loc, ast->name,
                          (TermType){.rows = true, .shape = info.type});
    Value value = input_traits(c, ast, ast->kind == AST_input ? 2 : 1, &info, raw);
    add_input(c, ast, info);
    if (info.missing)
        add_input(c, ast, input_mask(c, &info));
    scope_bind(c, c->file, ast->name, ast->name_loc, value);
}

static void reach(const Term *term, bool *reached) {
    if (!term || reached[term->id])
        return;
    reached[term->id] = true;
    for (int i = 0; i < term->n; i++)
        reach(term->in[i], reached);
}

static const InputInfo *target_of(const Model *m, const Term *term) {
    for (int i = 0; term->kind == TERM_input && i < m->inputs.count; i++)
        if (m->inputs.at[i].name == term->name && m->inputs.at[i].role == AS_target)
            return &m->inputs.at[i];
    return NULL;
}

/* A target that is among what was reached; *loc is where it is first read. */
static const InputInfo *find_target(Checker *c, const bool *reached, Loc *loc) {
    const Model *m = c->model;
    for (int i = 0; i < m->terms.count; i++) {
        const Term *term = m->terms.at[i];
        for (int k = 0; reached[i] && k < term->n; k++) {
            const InputInfo *target = target_of(m, term->in[k]);
            *loc = term->loc;
            if (target)
                return target;
        }
    }
    return NULL;
}

/* Goes by which terms depend on a target, not by where its name is written: `clean.shape` reads
 * none of its numbers, and the model may ask for it. */
void check_targets(Checker *c) {
    const Model *m = c->model;
    const struct {
        const Term *term;
        const char *what;
    } made[] = {{m->noisy, "the noisy input"},
                {m->code, "the code"},
                {m->reconstruction, "the reconstruction"}};
    for (int i = 0; i < 3; i++) {
        bool *reached = NEW_ARRAY(c->arena, bool, m->terms.count + 1);
        Loc loc;
        reach(made[i].term, reached);
        const InputInfo *target = find_target(c, reached, &loc);
        if (!target && made[i].term && (target = target_of(m, made[i].term)))
            loc = made[i].term->loc;
        if (!target)
            continue;
        check_error(c, loc,
                    "`%s` is a target, which only loss and metric read, and %s is made of it",
                    target->name, made[i].what);
        check_help(c, "what the model itself reads is an input:  input %s : …", target->name);
        return;
    }
}
