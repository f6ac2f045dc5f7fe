/* Where things live: the frame of each application, the path of what it makes, the slot of a path.
 *
 *     encoder { h = x |> dense(4) }     a frame for encoder, within it one for the layer
 *                                       encoder.dense_1.W: the path of its weight, and its slot
 */
#include "check/values/values.h"

#include <string.h>

/* ---- paths ---- */

bool path_within(const char *name, const char *path) {
    size_t length = strlen(path);
    return strncmp(name, path, length) == 0 && (name[length] == 0 || name[length] == '.');
}

const char *path_join(Checker *c, const char *path, const char *name) {
    return names_of(c->names, *path ? arena_printf(c->arena, "%s.%s", path, name) : name);
}

/* encoder, of encoder.inner */
bool check_names_blocks(Checker *c, const char *name) {
    for (int i = 0; i < c->blocks->bindings.count; i++) {
        const Binding *b = &c->blocks->bindings.at[i];
        if (b->value.kind == VALUE_block && path_within(b->name, name))
            return true;
    }
    return false;
}

/* ---- frames ---- */

CallFrame *frame_open(Checker *c, const char *path, const char *draws, const Ast *define,
                      Loc call) {
    CallFrame *frame = NEW(c->arena, CallFrame);
    *frame = (CallFrame){
        .caller = c->frame, .call = call, .define = define, .path = path, .draws = draws};
    Context inside = c->context;
    inside.updating = false;
    frame->outer = context_enter(c, inside);
    c->frame = frame;
    c->depth++;
    return frame;
}

void frame_close(Checker *c) {
    context_leave(c, c->frame->outer);
    c->frame = c->frame->caller;
    c->depth--;
}

const char *count_number(Checker *c, CountList *counts, const char *name) {
    int number = 0;
    for (int i = 0; i < counts->count; i++)
        if (counts->at[i].name == name)
            number = ++counts->at[i].n;
    if (!number) {
        Count count = {.name = name, .n = number = 1};
        list_add(c->arena, counts, count);
    }
    return arena_printf(c->arena, "%s_%d", name, number);
}

const char *frame_leaf(Checker *c, const char *name) {
    CountList none = {0};
    return count_number(c, c->frame ? &c->frame->counts : &none, name);
}

const char *frame_number(Checker *c, const char *name) {
    return path_join(c, c->frame ? c->frame->path : "", frame_leaf(c, name));
}

/* ---- slots by name ---- */

/* Where the slot of that name has its place + 1, 0 while there is none. */
static int *place_of_slot(Checker *c, const char *name) {
    int number = names_number(c->names, name, strlen(name));
    while (c->slot_places.count <= number)
        list_add(c->arena, &c->slot_places, 0);
    return &c->slot_places.at[number];
}

ModelSlot *check_find_slot(Checker *c, const char *name) {
    int place = *place_of_slot(c, name);
    return place > 0 ? &c->model->slots.at[place - 1] : NULL;
}

void check_add_slot(Checker *c, ModelSlot made) {
    list_add(c->arena, &c->model->slots, made);
    *place_of_slot(c, made.slot.name) = c->model->slots.count;
}
