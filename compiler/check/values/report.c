/* Messages of the checker.
 *
 * One idea: a mistake is told where the user can mend it.  Inside a definition of the prelude that
 * is the call that led there; the line of the prelude follows as a note.
 *
 *     vae.ae:14:20: error: this multiplies matrices [28] and [784,400]
 *     prelude/layers.ae:7:12: note: in dense, here
 */
#include "check/values/values.h"

#include <string.h>

bool check_in_prelude(Checker *c, Loc loc) {
    const char *file = loc.file ? diag_file(c->diag, loc.file) : "";
    return strncmp(file, "prelude/", 8) == 0;
}

Loc check_user_loc(Checker *c, Loc loc, const char **inside) {
    *inside = NULL;
    for (const CallFrame *frame = c->frame; frame && check_in_prelude(c, loc);
         frame = frame->caller) {
        loc = frame->call;
        *inside = frame->define ? frame->define->name : *inside;
    }
    return loc;
}

static bool encloses(Loc outer, Loc inner) {
    return outer.file == inner.file && outer.begin <= inner.begin && inner.end <= outer.end;
}

void check_error(Checker *c, Loc loc, const char *format, ...) {
    va_list list;
    va_start(list, format);
    const char *text = arena_vprintf(c->arena, format, list), *inside;
    va_end(list);
    Loc user = check_user_loc(c, loc, &inside);
    const CallFrame *frame = c->frame;
    diag_error(c->diag, user, "%s", text);
    if (inside)
        diag_inside(c->diag, loc, inside);
    else if (frame && frame->define && frame->call.file && !encloses(frame->call, user))
        diag_note(c->diag, frame->call, "%s is called here", frame->define->name);
    while (frame &&
           (frame->define || !frame->call.file)) /* to a block that was run from elsewhere */
        frame = frame->caller;
    if (frame && !encloses(frame->call, user))
        diag_note(c->diag, frame->call, "%s is run from here", frame->path);
}

void check_help(Checker *c, const char *format, ...) {
    va_list list;
    va_start(list, format);
    diag_help(c->diag, "%s", arena_vprintf(c->arena, format, list));
    va_end(list);
}

void check_mark(Checker *c, Loc loc, const Value *value) {
    if (value->kind != VALUE_term)
        return;
    const char *type = termtype_text(c->arena, &value->term->type), *inside;
    Loc user = check_user_loc(c, loc, &inside);
    int line = diag_line(c->diag, value->loc);
    bool elsewhere = line && value->loc.file == user.file && line != diag_line(c->diag, user);
    if (inside && elsewhere)
        diag_note(c->diag, value->loc, "of %s, which is from here", type);
    else if (elsewhere)
        diag_mark_made(c->diag, loc, value->loc, type);
    else if (!inside)
        diag_mark(c->diag, loc, "%s", type);
}

Value value_error(void) {
    return (Value){.kind = VALUE_error};
}

const char *value_text(Checker *c, const Value *value) {
    static const char *const kinds[] = {[VALUE_missing] = "nothing",
                                        [VALUE_error] = "an error",
                                        [VALUE_none] = "none",
                                        [VALUE_list] = "a list",
                                        [VALUE_layer] = "a shared layer",
                                        [VALUE_block] = "a block",
                                        [VALUE_results] = "named results",
                                        [VALUE_axis] = "the name of an axis or a padding",
                                        [VALUE_distribution] = "a distribution"};
    if (value->kind == VALUE_term)
        return arena_printf(c->arena, "%s %s",
                            value->term->type.rows ? "a per-example" : "a shared",
                            termtype_text(c->arena, &value->term->type));
    if (value->kind == VALUE_definition)
        return arena_printf(c->arena, "the %s `%s`", value->define->ast->role,
                            value->define->ast->name);
    if (value->kind == VALUE_primitive)
        return arena_printf(c->arena, "the function `%s`", value->name);
    return kinds[value->kind];
}
