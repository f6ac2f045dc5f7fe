/* Blocks: statements that run once where they stand, and again wherever they are applied.
 *
 *     decoder { logits = z |> dense(784);  xhat = sigmoid(logits) }
 *     decoder(z = p).xhat     →   the statements again, z = p: the same parameters, other draws
 *
 * A block is a function of what it reads: the values that earlier blocks named, and the inputs.  It
 * sees what was named when it first ran, however much is named later.
 */
#include "check/elaboration/elaboration.h"
#include "check/values/published.h"

#include <string.h>

typedef struct BlockRead {
    const char *name;
    Value value;
} BlockRead;

typedef struct BlockUse {
    Value *values; /* by read */
    Value result;
} BlockUse;

struct Block {
    const Ast *ast;
    const char *path;
    Scope *outer; /* what it sees */
    List(BlockRead) reads;
    List(BlockUse) uses;
};

/* A value that is computed when the program runs, or a list with one. */
static bool is_computed(const Value *value) {
    double number;
    for (int i = 0; value->kind == VALUE_list && i < value->count; i++)
        if (is_computed(&value->items[i]))
            return true;
    return value->kind == VALUE_term && !term_is_number(value->term, &number);
}

void block_reads(Checker *c, Block *block, const char *name, const Value *value) {
    if (!is_computed(value))
        return;
    for (int i = 0; i < block->reads.count; i++)
        if (block->reads.at[i].name == name)
            return;
    BlockRead read = {.name = name, .value = *value};
    list_add(c->arena, &block->reads, read);
}

/* A copy of the scopes down to the file's, so that names which are given later are not in it. */
static Scope *scope_now(Checker *c, Scope *scope) {
    if (scope == c->file)
        return scope;
    Scope *now = scope_open(c, scope_now(c, scope->outer));
    now->imports = scope->imports;
    for (int i = 0; i < scope->bindings.count; i++)
        list_add(c->arena, &now->bindings, scope->bindings.at[i]);
    return now;
}

static void export_names(Checker *c, Scope *scope, const char *block) {
    for (int i = 0; i < scope->bindings.count; i++) {
        Binding b = scope->bindings.at[i];
        Binding *old = scope_find_here(c->blocks, b.name);
        if (old) {
            old->rival = block;
            continue;
        }
        b.home = block;
        list_add(c->arena, &c->blocks->bindings, b);
    }
}

/* Lists the values that blocks which encode have named: a command without an input, such as decode,
 * needs those of them that it reads. */
static void remember_names(Checker *c, const Block *block, const Scope *scope) {
    const char *role = block->ast->role;
    if (strcmp(role, "noise") != 0 && strcmp(role, "encoder") != 0 &&
        strcmp(role, "bottleneck") != 0)
        return;
    for (int i = 0; i < scope->bindings.count; i++) {
        const Binding *b = &scope->bindings.at[i];
        NamedValue named = {.name = b->name, .block = block->path, .term = b->value.term};
        if (b->value.kind == VALUE_term)
            list_add(c->arena, &c->model->named, named);
    }
}

/* Whether a value is reported: one number always, in a metric block also a vector of a few. What
 * has more numbers or several axes is taken for a step on the way to a metric. */
enum { MOST_REPORTED = 256 };

static bool is_reported(const TermType *type, bool metric) {
    bool few = type->n_samples == 0 && type->shape.rank == 1 && !type_has_rows(type->shape) &&
               type->shape.dim[0] <= MOST_REPORTED;
    return termtype_one_element(type) || (metric && few);
}

/* each = [a, b] in a metric is a vector of what it lists. */
static bool lists_numbers(const Value *list) {
    for (int i = 0; i < list->count; i++)
        if (list->items[i].kind != VALUE_term || list->items[i].term->type.shape.rank)
            return false;
    return list->count > 0;
}

/* `first`: see Report. */
static void report_values(Checker *c, Scope *scope, bool metric, int first) {
    for (int i = 0; i < scope->bindings.count; i++) {
        Binding *b = &scope->bindings.at[i];
        Value value = b->value;
        if (metric && value.kind == VALUE_list && lists_numbers(&value))
            value = value_of_list(c, value);
        if (value.kind != VALUE_term || !is_reported(&value.term->type, metric))
            continue;
        Report report = {
            .name = b->name, .metric = metric, .term = value.term, .loc = b->loc, .first = first};
        list_add(c->arena, &c->model->reports, report);
        b->used = true;
    }
}

/* Is the value a number for each class of the input, as its name says?  Warns where it is not. */
static bool are_logits(Checker *c, const InputInfo *input, const Binding *b, const Value *value) {
    Type classes = {.rank = 1, .dim = {input->classes}};
    const TermType *type = value->kind == VALUE_term ? &value->term->type : NULL;
    if (type && type_equal(type->shape, classes) && !type->spread)
        return true;
    if (value->kind == VALUE_error)
        return false;
    diag_warning(c->diag, b->loc, "`%s` does not say which class of `%s` is likely", b->name,
                 input->name);
    check_help(c, "that takes a number for each class, [%d]%s%s; another name is only a value",
               input->classes, type ? ", and this is " : "",
               type ? termtype_text(c->arena, type) : "");
    return false;
}

/* A decoder that names `logits_kind`, a number for each class of the input `kind`, says by it of
 * which class an example is: notes that for the entries that restore classes. */
static void remember_classes(Checker *c, Scope *scope) {
    Model *model = c->model;
    for (int i = 0; i < model->inputs.count; i++) {
        const InputInfo *input = &model->inputs.at[i];
        const char *name = names_of(c->names, arena_printf(c->arena, "logits_%s", input->name));
        Binding *b =
            input_holds(input->kind) == HOLDS_A_CLASS ? scope_find_here(scope, name) : NULL;
        Value value = b ? value_of_list(c, b->value) : (Value){.kind = VALUE_none};
        if (!b || !are_logits(c, input, b, &value))
            continue;
        int place = 0;
        while (place < model->classes.count && model->classes.at[place].input != input->name)
            place++;
        if (place == model->classes.count)
            list_add(c->arena, &model->classes, (RestoredClass){0});
        model->classes.at[place] = (RestoredClass){input->name, value.term};
        b->used = true;
    }
}

static void remember_role(Checker *c, const char *role, Scope *scope, const Value *last,
                          int first) {
    Model *model = c->model;
    bool bottleneck = strcmp(role, "bottleneck") == 0, metric = strcmp(role, "metric") == 0;
    if (metric || strcmp(role, "loss") == 0) {
        report_values(c, scope, metric, first);
        return;
    }
    Value result = value_of_list(c, *last);
    Term *value = result.kind == VALUE_term ? result.term : NULL;
    if (bottleneck || (strcmp(role, "encoder") == 0 && !c->has_bottleneck))
        model->code = value;
    c->has_bottleneck |= bottleneck;
    if (strcmp(role, "noise") == 0)
        model->noisy = value;
    if (strcmp(role, "decoder") == 0) {
        Binding *xhat = scope_find_here(scope, names_of(c->names, "xhat"));
        model->reconstruction = xhat ? value_of_list(c, xhat->value).term : value;
        remember_classes(c, scope);
    }
}

/* Runs the statements in a scope below `outer`: the first time to name values for later blocks,
 * then again for each application. */
static Scope *run_statements(Checker *c, Block *block, Scope *outer, const char *draws, Loc call,
                             bool first, Value *last) {
    Scope *scope = scope_open(c, outer);
    scope->block = first ? block : NULL;
    CallFrame *frame = frame_open(c, block->path, draws, NULL, call);
    frame->in_noise_block = strcmp(block->ast->role, "noise") == 0;
    check_statements(c, scope, block->ast->kid, block->ast->n, last);
    scope->taps = frame->taps;
    frame_close(c);
    return scope;
}

void check_block(Checker *c, const Ast *ast, Scope *outer, Loc call) {
    const char *path = names_of(c->names, ast->role);
    if (ast->name)
        path = path_join(c, path, ast->name);
    if (scope_find_here(c->blocks, path)) {
        check_error(c, call.file ? call : ast->loc, "there is a block `%s` already", path);
        if (!ast->name && !call.file)
            check_help(c, "give the second one a name:  %s inner { … }", ast->role);
        return;
    }
    publish(c, SPACE_home, path, ast, call.file ? call : ast->loc,
            arena_printf(c->arena, "the block `%s`", path));
    Block *block = NEW(c->arena, Block);
    *block = (Block){.ast = ast, .path = path, .outer = scope_now(c, outer)};
    Value last;
    int first = c->model->terms.count;
    Scope *scope = run_statements(c, block, outer, path, call, true, &last);
    remember_role(c, ast->role, scope, &last, first);
    remember_names(c, block, scope);
    export_names(c, scope, path);
    Value value = {
        .kind = VALUE_block, .inside = scope, .path = path, .loc = ast->loc, .block = block};
    scope_bind(c, c->blocks, path, ast->loc, value);
}

/* ---- applying ---- */

static void unknown_read(Checker *c, const Ast *argument, const Block *block) {
    if (diag_errors(c->diag))
        return; /* what it reads may be missing because of an earlier mistake */
    const char **names = NEW_ARRAY(c->arena, const char *, block->reads.count + 1);
    Text text;
    text_open(&text, c->arena);
    for (int i = 0; i < block->reads.count; i++) {
        names[i] = block->reads.at[i].name;
        text_add(&text, "%s`%s`", i ? ", " : "", names[i]);
    }
    const char *near = text_nearest(argument->name, names, block->reads.count);
    check_error(c, argument->name_loc, "the block `%s` reads no `%s`", block->path, argument->name);
    if (near)
        check_help(c, "did you mean `%s`?", near);
    else if (block->reads.count)
        check_help(c, "what it reads is %s", text.at);
    else
        check_help(c, "it reads no values of earlier blocks");
}

/* Gives the block what it reads in this application: the values that it read in its first run,
 * except for those that the call replaces. */
static bool read_arguments(Checker *c, Scope *scope, const Ast *call, const Block *block,
                           Value *values) {
    for (int i = 0; i < block->reads.count; i++)
        values[i] = block->reads.at[i].value;
    bool good = true, *given = NEW_ARRAY(c->arena, bool, block->reads.count + 1);
    for (int i = 1; i < call->n; i++) {
        const Ast *argument = call->kid[i];
        int place = 0;
        if (argument->kind != AST_named) {
            check_error(c, argument->loc, "a block takes what it reads by name");
            check_help(c, "write  %s(%s = …)", block->path,
                       block->reads.count ? block->reads.at[0].name : "name");
            return false;
        }
        while (place < block->reads.count && block->reads.at[place].name != argument->name)
            place++;
        if (place == block->reads.count) {
            unknown_read(c, argument, block);
            good = false;
            continue;
        }
        if (given[place]) {
            check_error(c, argument->loc, "`%s` is given to the block `%s` twice", argument->name,
                        block->path);
            good = false;
        }
        given[place] = true;
        values[place] = check_expression(c, scope, argument->kid[0]);
        good &= values[place].kind != VALUE_error &&
                value_as_term(c, argument->kid[0]->loc, &values[place]) != NULL;
    }
    return good;
}

static bool same_reads(Checker *c, const Block *block, const Value *a, const Value *b) {
    for (int i = 0; i < block->reads.count; i++)
        if (!check_same_value(c, &a[i], &b[i]))
            return false;
    return true;
}

Value check_block_call(Checker *c, Scope *scope, const Ast *call, const Value *base) {
    Block *block = base->block;
    int n = block->reads.count;
    Value *values = NEW_ARRAY(c->arena, Value, n + 1), *own = NEW_ARRAY(c->arena, Value, n + 1);
    if (!read_arguments(c, scope, call, block, values))
        return value_error();
    for (int i = 0; i < n; i++)
        own[i] = block->reads.at[i].value;
    if (same_reads(c, block, values, own))
        return *base;
    for (int i = 0; i < block->uses.count; i++)
        if (same_reads(c, block, values, block->uses.at[i].values))
            return block->uses.at[i].result;
    if (c->depth >= MAX_CALL_DEPTH) {
        check_error(c, call->loc, "calls are nested deeper than the limit of %d", MAX_CALL_DEPTH);
        return value_error();
    }
    Scope *given = scope_open(c, block->outer);
    for (int i = 0; i < n; i++)
        scope_bind(c, given, block->reads.at[i].name, call->loc, values[i]);
    const char *draws = arena_printf(c->arena, "%s#%d", block->path, block->uses.count + 1);
    Value last, result = *base;
    result.inside = run_statements(c, block, given, draws, call->loc, false, &last);
    result.loc = call->loc;
    BlockUse use = {.values = values, .result = result};
    list_add(c->arena, &block->uses, use);
    return result;
}
