/* Pools: what a max_pool's switches belong to, so that `unpool` knows its windows and takes those
 * of no other.
 *
 *     p, s = max_pool(v, 2)      s : [16,28,28], of windows of 2, 2 apart, which made [16,14,14]
 *     unpool(q, s)               q must be [16,14,14]
 */
#include "check/elaboration/builtins.h"

static const Pool *pool_of(const Checker *c, const Term *switches) {
    for (int i = c->pools.count; i-- > 0;)
        if (c->pools.at[i].switches == switches)
            return &c->pools.at[i];
    return NULL;
}

/* switches_of(marks, p, size, stride): marks, from now on known as the switches of that pool. */
Value rule_switches_of(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Pool pool = {0};
    Term *marks = value_as_term(c, call->loc, &v[0]), *p = value_as_term(c, call->loc, &v[1]);
    if (!marks || !p || !value_integer(c, call->loc, &v[2], "a window", &pool.size) ||
        !value_integer(c, call->loc, &v[3], "a stride", &pool.stride))
        return value_error();
    pool.switches = marks;
    pool.values = p->type.shape;
    pool.loc = marks->loc;
    list_add(c->arena, &c->pools, pool);
    return value_term(marks, call->loc);
}

/* pool_size(p, switches): the side of the windows of their pool, if p has the shape that it made.
 */
Value rule_pool_size(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *p = value_as_term(c, call->loc, &v[0]), *s = value_as_term(c, call->loc, &v[1]);
    if (!p || !s)
        return value_error();
    const Pool *pool = pool_of(c, s);
    if (!pool) {
        check_error(c, call->loc, "this %s is not the switches of a max_pool",
                    termtype_text(c->arena, &s->type));
        check_help(c, "p, s = max_pool(v, 2)  gives them as its second value:  unpool(q, s)");
        return value_error();
    }
    if (!type_equal(p->type.shape, pool->values)) {
        TermType made = {.shape = pool->values};
        check_error(c, call->loc, "these switches are of a pool that made %s, and this is %s",
                    termtype_text(c->arena, &made), termtype_text(c->arena, &p->type));
        check_help(c, "each unpool takes the switches of the pool that it undoes");
        diag_note(c->diag, pool->loc, "that pool is here");
        diag_note(c->diag, p->loc, "and this is made here");
        return value_error();
    }
    if (pool->stride != pool->size) {
        check_error(c, call->loc,
                    "the windows of this pool, of %d in steps of %d, do not lie side "
                    "by side",
                    pool->size, pool->stride);
        return value_error();
    }
    return value_number(c, call->loc, pool->size);
}
