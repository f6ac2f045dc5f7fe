/* Distributions and what is drawn from them.
 *
 *     z ~ normal(mu, exp(logvar / 2))   →   draw(mu + exp(logvar / 2) * randn "bottleneck.z", mu)
 *
 * A distribution is a template: its parameters are broadcast against each other, its lets are
 * evaluated when somebody asks for them, its methods when they are called.  Every draw works on a
 * copy, so that it draws anew.
 */
#include "check/elaboration/elaboration.h"
#include "check/values/range.h"

#include <string.h>

static bool is_alias(const Ast *define) {
    return define->n == 2 && define->kid[1]->kind == AST_return;
}

/* Parameters in `scope` all take the shape that they have together, at least `shape`. */
static bool broadcast_parameters(Checker *c, const Define *define, Scope *scope, Type shape,
                                 Loc loc) {
    const Ast *formals = define->ast->kid[0];
    for (int i = 0; i < formals->n; i++) {
        Value *v = &scope_find_here(scope, formals->kid[i]->name)->value;
        if (v->kind == VALUE_none || v->kind == VALUE_distribution)
            continue;
        *v = value_of_list(c, *v);
        if (!value_as_term(c, loc, v))
            return false;
        if (!type_broadcast(shape, v->term->type.shape, &shape)) {
            check_error(c, loc, "the parameters of `%s` do not fit together: %s and %s",
                        define->ast->name, type_text(c->arena, shape),
                        termtype_text(c->arena, &v->term->type));
            return false;
        }
    }
    for (int i = 0; i < formals->n; i++) {
        Value *v = &scope_find_here(scope, formals->kid[i]->name)->value;
        if (v->kind == VALUE_term)
            v->term = term_expand(c, loc, v->term, shape);
    }
    return true;
}

static Distribution *open_distribution(Checker *c, const Define *define, Scope *scope, Loc loc) {
    Distribution *d = NEW(c->arena, Distribution);
    *d = (Distribution){.define = define, .scope = scope, .loc = loc};
    for (int i = 1; i < define->ast->n; i++) {
        const Ast *statement = define->ast->kid[i];
        if (statement->kind == AST_let && statement->n == 2) {
            scope_bind(c, scope, statement->kid[0]->name, statement->loc, (Value){0});
            scope->bindings.at[scope->bindings.count - 1].unevaluated = statement->kid[1];
        } else if (statement->kind != AST_method) {
            check_error(c, statement->loc,
                        "a distribution holds `sample = …`, `typical = …`, other values, "
                        "`log_density(v) = …` and `kl other(…) = …`");
            return NULL;
        }
    }
    return d;
}

Value distribution_make(Checker *c, const Define *define, Loc loc, int n, Value *arguments) {
    Scope *scope = scope_open(c, define->scope);
    if (c->depth > MAX_CALL_DEPTH) {
        check_error(c, loc, "distributions are nested deeper than the limit of %d", MAX_CALL_DEPTH);
        return value_error();
    }
    if (!check_bind_formals(c, define, loc, scope, n, arguments))
        return value_error();
    if (is_alias(define->ast)) {
        c->depth++;
        Value value = check_expression(c, scope, define->ast->kid[1]->kid[0]);
        c->depth--;
        if (value.kind != VALUE_distribution && value.kind != VALUE_error) {
            check_error(c, loc, "`%s` should be a distribution, and is %s", define->ast->name,
                        value_text(c, &value));
            return value_error();
        }
        return value;
    }
    if (!broadcast_parameters(c, define, scope, (Type){0}, loc))
        return value_error();
    Distribution *d = open_distribution(c, define, scope, loc);
    return d ? (Value){.kind = VALUE_distribution, .loc = loc, .distribution = d} : value_error();
}

/* A fresh copy whose parameters have at least `shape`; NULL after an error. */
Distribution *distribution_like(Checker *c, Distribution *d, Type shape, Loc loc) {
    Scope *scope = scope_open(c, d->define->scope);
    const Ast *formals = d->define->ast->kid[0];
    for (int i = 0; i < formals->n; i++)
        scope_bind(c, scope, formals->kid[i]->name, formals->kid[i]->loc,
                   scope_find_here(d->scope, formals->kid[i]->name)->value);
    if (!broadcast_parameters(c, d->define, scope, shape, loc))
        return NULL;
    return open_distribution(c, d->define, scope, loc);
}

/* Evaluates inside the definition, so that mistakes there are told at `loc`. */
static CallFrame *enter(Checker *c, Distribution *d, Loc loc) {
    const char *path = c->frame ? c->frame->path : "", *draws = c->frame ? c->frame->draws : "";
    bool in_noise = c->frame && c->frame->in_noise_block;
    CallFrame *frame = frame_open(c, path, draws, d->define->ast, loc);
    frame->in_noise_block = in_noise;
    return frame;
}

static const Ast *find_method(Distribution *d, const char *name, const Define *other) {
    for (int i = 1; i < d->define->ast->n; i++) {
        const Ast *m = d->define->ast->kid[i];
        if (m->kind != AST_method || strcmp(m->name, name) != 0 ||
            (m->role != NULL) != (other != NULL))
            continue;
        if (!other)
            return m;
        Binding *binding = scope_find(d->define->scope, m->role);
        if (binding && binding->value.kind == VALUE_definition && binding->value.define == other)
            return m;
    }
    return NULL;
}

Value distribution_member(Checker *c, Distribution *d, const char *name, Loc loc) {
    Binding *binding = scope_find_here(d->scope, names_of(c->names, name));
    if (!binding) {
        check_error(c, loc, "the distribution `%s` does not say its `%s`", d->define->ast->name,
                    name);
        if (strcmp(name, "sample") == 0 && find_method(d, "log_density", NULL))
            check_help(c,
                       "nothing is drawn from it; what it says of a value is  log_prob(%s(…), v)",
                       d->define->ast->name);
        return value_error();
    }
    enter(c, d, loc);
    Value value = check_force(c, binding, d->scope);
    frame_close(c);
    return value;
}

static Value call_method(Checker *c, Distribution *d, const Ast *method, Loc loc, int n,
                         Value *arguments) {
    Scope *scope = scope_open(c, d->scope);
    const Ast *formals = method->kid[0];
    if (formals->n != n) {
        check_error(c, loc, "`%s` of `%s` should take %d argument%s", method->name,
                    d->define->ast->name, n, n == 1 ? "" : "s");
        return value_error();
    }
    const char *what = arena_printf(c->arena, "`%s` of `%s`", method->name, d->define->ast->name);
    for (int i = 0; i < n; i++) {
        scope_bind(c, scope, formals->kid[i]->name, formals->kid[i]->loc, arguments[i]);
        check_argument_range(c, formals->kid[i], what, loc, &arguments[i]);
    }
    enter(c, d, loc);
    Value value = check_expression(c, scope, method->kid[1]);
    frame_close(c);
    return value;
}

Value check_random(Checker *c, Loc loc, Op op, Term *like) {
    TermType type = like->type;
    const Context *in = &c->context;
    if (!in->initial && !in->shared)
        type.rows = true;
    if (in->samples) {
        if (type.n_samples == MAX_SAMPLE_AXES) {
            check_error(c, loc, "a value has at most %d sample axes", MAX_SAMPLE_AXES);
            return value_error();
        }
        type.samples[type.n_samples++] = in->samples;
    }
    const char *name =
        in->stream ? in->stream->name : path_join(c, c->frame ? c->frame->draws : "", "draw");
    if (!in->stream)
        name = arena_printf(c->arena, "%s:%d", name, c->model->terms.count);
    else if (in->stream->count++)
        name = arena_printf(c->arena, "%s:%d", name, in->stream->count);
    if (c->scan && !in->initial)
        return value_term(scan_draw(c, loc, op, names_of(c->names, name), type), loc);
    Term *term = term_leaf(c, TERM_random, loc, names_of(c->names, name), type);
    term->op = op;
    return value_term(term, loc);
}

/* Whether the draw is part of a corruption: it lies inside the noise block or a noise. */
static bool corrupts(const CallFrame *frame) {
    for (; frame; frame = frame->caller)
        if (frame->in_noise_block || (frame->define && strcmp(frame->define->role, "noise") == 0))
            return true;
    return false;
}

/* A draw for the whole batch is made of shared parameters. */
static bool is_shared(Checker *c, const Distribution *d, Term *const *sides, Loc loc) {
    if (!sides[0]->type.rows && !sides[1]->type.rows)
        return true;
    check_error(c, loc, "`shared` draws once for the whole batch, and this %s is per example",
                d->define->ast->name);
    check_help(c, "its arguments are shared values, such as numbers, parameters and batch_mean(v)");
    return false;
}

/* The members `sample` and `typical` of a fresh d, as both sides of a draw. */
static Term *draw_from(Checker *c, Distribution *d, const char *name, int samples, bool shared,
                       Loc loc) {
    DrawStream stream = {.name = name};
    Context drawn = c->context, quiet = c->context;
    quiet.stream = drawn.stream = &stream;
    quiet.samples = 0;
    drawn.samples = samples;
    drawn.shared = shared;
    int first = c->model->terms.count;
    Context outer = context_enter(c, drawn);
    Value sample = distribution_member(c, d, "sample", loc);
    context_enter(c, quiet);
    Distribution *again =
        sample.kind == VALUE_error ? NULL : distribution_like(c, d, (Type){0}, loc);
    Value typical = again ? distribution_member(c, again, "typical", loc) : value_error();
    context_leave(c, outer);
    Term *both[2] = {value_as_term(c, loc, &sample), value_as_term(c, loc, &typical)};
    if (!both[0] || !both[1] || (shared && !is_shared(c, d, both, loc)))
        return NULL;
    Term *term = term_new(c, TERM_draw, loc, both[0]->type, 2, both);
    term->flag = corrupts(c->frame);
    term->ints[0] = first; /* terms made from here on belong to the distribution */
    return term;
}

static bool sample_count(Checker *c, Scope *scope, const Ast *ast, int *samples) {
    *samples = 0;
    if (!ast)
        return true;
    Value value = check_expression(c, scope, ast);
    if (!value_integer(c, ast->loc, &value, "the number of samples", samples))
        return false;
    if (*samples >= 1 && *samples <= 100000)
        return true;
    check_error(c, ast->loc, "the number of samples must be between 1 and 100000, and this is %d",
                *samples);
    return false;
}

/* z ~ distribution [samples K] [like v] [shared] */
Value check_draw(Checker *c, Scope *scope, const Ast *statement) {
    Value value = check_expression(c, scope, statement->kid[0]);
    if (value.kind == VALUE_error)
        return value;
    if (value.kind != VALUE_distribution) {
        check_error(c, statement->kid[0]->loc, "`~` draws from a distribution, and this is %s",
                    value_text(c, &value));
        if (value.kind == VALUE_definition && strcmp(value.define->ast->role, "distribution") == 0)
            check_help(c, "give it its arguments:  %s(…)", value.define->ast->name);
        else
            check_help(c, "a value that is not drawn is given with `=`");
        return value_error();
    }
    Type shape = {0};
    if (statement->kid[2]) {
        Term *like = check_term(c, scope, statement->kid[2]);
        if (!like)
            return value_error();
        shape = like->type.shape;
    }
    int samples;
    Distribution *d = distribution_like(c, value.distribution, shape, statement->loc);
    if (!d || !sample_count(c, scope, statement->kid[1], &samples))
        return value_error();
    bool again = c->frame && c->frame->repeats;
    const char *name = path_join(c, c->frame ? c->frame->draws : "",
                                 again ? frame_leaf(c, statement->name) : statement->name);
    Term *term = draw_from(c, d, name, samples, statement->number == 1, statement->loc);
    if (!term)
        return value_error();
    Value drawn = value_term(term, statement->loc);
    drawn.distribution = d;
    return drawn;
}

Term *check_prior(Checker *c, Term *code, Distribution *prior) {
    Distribution *d = distribution_like(c, prior, code->type.shape, prior->loc);
    return d ? draw_from(c, d, "sample.code", 0, false, prior->loc) : NULL;
}

Value builtin_log_prob(Checker *c, Loc loc, Value *v, bool summed) {
    Distribution *d = v[0].distribution;
    Value at = v[1].kind == VALUE_missing ? v[0] : v[1];
    if (v[0].kind == VALUE_error || at.kind == VALUE_error)
        return value_error();
    if (!d || (v[0].kind == VALUE_distribution && v[1].kind == VALUE_missing)) {
        check_error(
            c, loc,
            "a log probability wants a distribution and a value, or a variable that was drawn");
        check_help(c, "write  log_prob(distribution, v),  or  log_prob(z)  of  z ~ …");
        return value_error();
    }
    const Ast *method = find_method(d, "log_density", NULL);
    if (!method) {
        check_error(c, loc, "the distribution `%s` does not say its `log_density`",
                    d->define->ast->name);
        return value_error();
    }
    Value density = call_method(c, d, method, loc, 1, &at);
    Term *term = value_as_term(c, loc, &density);
    term = summed ? term_sum_features(c, loc, term) : term;
    if (term && summed && v[0].kind == VALUE_term && v[1].kind == VALUE_missing) {
        KnownDivergence known = {.drawn = v[0].term, .own = d, .term = term};
        list_add(c->arena, &c->divergences, known);
    }
    return value_term(term, loc);
}

Value builtin_kl(Checker *c, Loc loc, Value *v, bool summed) {
    if (v[0].kind == VALUE_error || v[1].kind == VALUE_error)
        return value_error();
    Distribution *p = v[0].distribution, *q = v[1].distribution;
    if (!p || !q) {
        check_error(c, loc, "kl compares two distributions, and the %s is %s",
                    p ? "second" : "first", value_text(c, p ? &v[1] : &v[0]));
        check_help(c, "the first may be a variable that was drawn:  z ~ …");
        return value_error();
    }
    const Ast *method = find_method(p, "kl", q->define);
    if (!method) {
        check_error(c, loc, "no closed form is known for the divergence of %s from %s",
                    p->define->ast->name, q->define->ast->name);
        check_help(c, "estimate it from the draw:  log_prob(z) - log_prob(%s(…), z)",
                   q->define->ast->name);
        return value_error();
    }
    const Ast *formals = q->define->ast->kid[0];
    Value *arguments = NEW_ARRAY(c->arena, Value, formals->n + 1);
    for (int i = 0; i < formals->n; i++)
        arguments[i] = scope_find_here(q->scope, formals->kid[i]->name)->value;
    Value value = call_method(c, p, method, loc, formals->n, arguments);
    Term *term = value_as_term(c, loc, &value);
    term = summed ? term_sum_features(c, loc, term) : term;
    if (summed && v[0].kind == VALUE_term) {
        KnownDivergence known = {.drawn = v[0].term, .own = p, .prior = q, .term = term};
        list_add(c->arena, &c->divergences, known);
    }
    return value_term(term, loc);
}

/* The log density of d at a draw. */
static Term *density_at(Checker *c, Distribution *d, Term *drawn) {
    Value at = value_term(drawn, d->loc);
    Value density = call_method(c, d, find_method(d, "log_density", NULL), d->loc, 1, &at);
    return term_sum_features(c, d->loc, value_as_term(c, d->loc, &density));
}

void check_divergences(Checker *c) {
    int count = c->divergences.count; /* what is made here adds none that count */
    for (int i = 0; i < count; i++) {
        const KnownDivergence known = c->divergences.at[i];
        Divergence divergence = {
            .drawn = known.drawn, .expected = known.term, .at_draw = known.term};
        if (!known.term)
            continue;
        if (known.prior) {
            if (!find_method(known.own, "log_density", NULL) ||
                !find_method(known.prior, "log_density", NULL))
                continue;
            Term *own = density_at(c, known.own, known.drawn);
            Term *prior = density_at(c, known.prior, known.drawn);
            divergence.at_draw =
                own && prior ? term_map_2(c, known.term->loc, OP_sub, own, prior) : NULL;
        }
        if (divergence.at_draw)
            list_add(c->arena, &c->model->divergences, divergence);
    }
}
