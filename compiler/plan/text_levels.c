/* Places of texts that layers along them leave: of a convolution with a stride, fewer than there
 * are tokens.
 *
 *     %7 = mul(%5, %6)                          [n,61,100]          place p counts where  p <
 * length
 *     %11 = pad(%10) range=2:63 of=65           [n,1,65,100]        p - 2 < length
 *     %13 = window(%12) size=5 stride=2         [n,1,1,5,31,100]    2 p - 2 < length
 *
 * So a level of places is how many there are, and that place p counts where stride p is less than
 * the text's length and some more.  What is found on one level is so on the next: a window that
 * begins behind the end has nothing else in it; and where nobody looks at the sum of windows behind
 * it, nobody looks at those that begin there.
 */
#include "plan/text_rows.h"

enum { LEVELS_MOST = 12 };

/* Of an operation that changes places, along which axis of its operand and of its result they go,
 * and from which of the two its rule leads to the other. */
typedef struct Change {
    int from, to;
    bool back;
} Change;

static bool changes(const Node *node, Change *change) {
    int own = node->type.rank + node->attr.ints[0];
    switch (node->op) {
    case OP_pad:
    case OP_slice:
        *change = (Change){own, own, false};
        return true;
    case OP_window:
        *change = (Change){own - 1, own, false};
        return true;
    case OP_fold:
        *change = (Change){own + 1, own, true};
        return true;
    default:
        return false;
    }
}

static TextPlaces after(const Node *node, Change change, TextPlaces of) {
    const int *ints = node->attr.ints;
    of.count = change.back ? node->in[0]->type.dim[change.from] : node->type.dim[change.to];
    if (node->op == OP_pad)
        of.more += of.stride * ints[1];
    else if (node->op == OP_slice)
        of.more -= of.stride * ints[1];
    else
        of.stride *= ints[2];
    return of;
}

static bool is_same(TextPlaces a, TextPlaces b) {
    return a.count == b.count && a.stride == b.stride && a.more == b.more;
}

static int add_level(TextPlaces *level, int count, TextPlaces more) {
    for (int l = 0; l < count; l++)
        if (is_same(level[l], more))
            return count;
    if (count < LEVELS_MOST)
        level[count++] = more;
    return count;
}

/* Has the graph windows, and is it run in floats?  The check of gradients in doubles is not worth
 * products of its own. */
static bool has_levels(const TextFinder *f) {
    bool any = false;
    for (int i = 0; i < f->graph->nodes.count; i++)
        any |= f->graph->nodes.at[i]->op == OP_window || f->graph->nodes.at[i]->op == OP_fold;
    return any && f->plan->entry->reals == IN_FLOAT;
}

static int find_levels(const TextFinder *f, TextPlaces *level) {
    int count = add_level(level, 0, f->of);
    for (int known = 0; known < count && has_levels(f); known++)
        for (int i = 0; i < f->graph->nodes.count; i++) {
            const Node *node = f->graph->nodes.at[i];
            Change change;
            if (!changes(node, &change))
                continue;
            int places =
                change.back ? node->type.dim[change.to] : node->in[0]->type.dim[change.from];
            if (places == level[known].count)
                count = add_level(level, count, after(node, change, level[known]));
        }
    return count;
}

TextFinder *text_levels(const TextFinder *first, int *count) {
    TextPlaces level[LEVELS_MOST];
    *count = find_levels(first, level);
    TextFinder *all = arena_alloc(first->plan->graph->arena, sizeof *all * (size_t)*count);
    for (int l = 0; l < *count; l++) {
        all[l] = *first;
        all[l].of = level[l];
        all[l].rows = len_product(len_of(first->input->type.dim[0]), len_of(level[l].count));
        all[l].level = l;
        all[l].all = all;
        all[l].levels = *count;
    }
    return all;
}

Behind text_zero_before(const TextFinder *f, const Node *node) {
    Behind found = 0;
    Change change;
    if (!changes(node, &change) || change.back)
        return 0;
    for (int l = 0; l < f->levels; l++)
        if (is_same(after(node, change, f->all[l].of), f->of) &&
            f->all[l].zero[node->in[0]->id] & ALONG(change.from))
            found |= ALONG(change.to);
    return found & f->ways[node->id];
}

Behind text_any_behind(const TextFinder *f, const Node *node, Care care) {
    Behind found = 0;
    Change change;
    if (!changes(node, &change))
        return 0;
    for (int l = 0; l < f->levels; l++) {
        const TextFinder *to = &f->all[l];
        bool leads = change.back ? is_same(after(node, change, to->of), f->of)
                                 : is_same(after(node, change, f->of), to->of);
        if (leads && node->op != OP_window && to->any[care][node->id] & ALONG(change.to))
            found |= ALONG(change.from);
    }
    return found & f->ways[node->in[0]->id];
}
