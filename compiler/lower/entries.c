/* The entries: what each command computes, and in which mode. */
#include "lower/internal.h"

#include <string.h>

static const Mode training_mode = {
    .training = true, .corruption = true, .other_noise = true, .draws = true};
static const Mode eval_mode = {.corruption = true, .draws = true};

/* Commands work in float; `gradcheck` and `eval --double` in double. */
static unsigned entry_reals(EntryKind kind) {
    if (kind == ENTRY_init || kind == ENTRY_eval)
        return IN_FLOAT | IN_DOUBLE;
    return kind == ENTRY_gradcheck ? IN_DOUBLE : IN_FLOAT;
}

static Entry *add_entry(Program *program, EntryKind kind, int step, int variant, Graph *graph) {
    Entry entry = {
        .kind = kind, .reals = entry_reals(kind), .step = step, .variant = variant, .graph = graph};
    list_add(program->arena, &program->entries, entry);
    return &program->entries.at[program->entries.count - 1];
}

static void lower_init(const Model *model, Program *program) {
    Lowerer l = lower_open(model, program, "init", (Mode){.draws = true});
    for (int i = 0; i < model->slots.count; i++) {
        const ModelSlot *slot = &model->slots.at[i];
        Lowered value = lower_term(&l, slot->initial);
        Node *node = ir_expand(l.graph, slot->slot.loc, value.node, slot->slot.type);
        graph_root(l.graph, ROOT_assign, names_of(program->names, slot->slot.name), node);
    }
    add_entry(program, ENTRY_init, 0, 0, l.graph);
}

static void root_report(Lowerer *l, const Report *report) {
    Root *root = graph_root(l->graph, report->metric ? ROOT_metric : ROOT_loss,
                            names_of(l->graph->names, report->name), lower_mean(l, report->term));
    root->loc = report->loc; /* of the name, not of what it names, which may stand elsewhere */
    const InputInfo *columns = model_columns(l->arena, l->model, report->term);
    if (columns && !termtype_one_element(&report->term->type))
        root->columns = names_of(l->graph->names, columns->name);
    if (report->term->share)
        graph_root(l->graph, ROOT_share, names_of(l->graph->names, report->name),
                   lower_mean(l, report->term->share));
}

/* A loss or metric of training that decides when a stage ends, or whether a schedule falls, is
 * computed by the stage's first step. */
static bool is_watched(const Model *model, int step, const Report *report) {
    const StageInfo *stage = &model->stages.at[model->steps.at[step].info.stage];
    bool watched = stage->of == WATCH_training && stage->watch == report->name;
    for (int i = 0; i < model->plateaus.count; i++) {
        const PlateauInfo *plateau = &model->plateaus.at[i];
        watched |= plateau->of == WATCH_training && plateau->watch == report->name;
    }
    return watched && stage->first == step;
}

/* The end of the steps that are simultaneous with this one, which is the first of them. */
static int steps_end(const Model *model, int first) {
    int end = first + 1;
    while (end < model->steps.count && model->steps.at[end].info.joined)
        end++;
    return end;
}

/* A step reports the losses that it computes anyway.  Steps that are simultaneous are one graph,
 * in which a slot is what it was before any of them. */
static void lower_step(const Model *model, Program *program, int index) {
    int end = steps_end(model, index);
    const char *name = arena_printf(program->arena, end > index + 1 ? "steps_%s" : "step_%s",
                                    model->steps.at[index].info.name);
    Lowerer l = lower_open(model, program, name, training_mode);
    Term **losses = NEW_ARRAY(program->arena, Term *, end - index);
    for (int i = index; i < end; i++)
        losses[i - index] = model->steps.at[i].loss;
    bool *needed = lower_needed(&l, end - index, losses);
    for (int i = 0; i < model->reports.count; i++) {
        const Report *report = &model->reports.at[i];
        if ((!report->metric && needed[report->term->id]) || is_watched(model, index, report))
            root_report(&l, report);
    }
    for (int s = index; s < end; s++)
        for (int i = 0; i < model->steps.at[s].assigns.count; i++) {
            const Update *assign = &model->steps.at[s].assigns.at[i];
            graph_root(l.graph, ROOT_assign, names_of(program->names, assign->slot),
                       lower_term(&l, assign->term).node);
        }
    add_entry(program, ENTRY_step, index, 0, l.graph);
}

/* Whether a step runs on a batch. */
static void lower_when(const Model *model, Program *program, int index) {
    const ModelStep *step = &model->steps.at[index];
    if (!step->when)
        return;
    const char *name = arena_printf(program->arena, "when_%s", step->info.name);
    Lowerer l = lower_open(model, program, name, training_mode);
    graph_root(l.graph, ROOT_output, names_of(program->names, "when"),
               lower_term(&l, step->when).node);
    add_entry(program, ENTRY_when, index, 0, l.graph);
}

static void lower_eval(const Model *model, Program *program) {
    Lowerer l = lower_open(model, program, "eval", eval_mode);
    for (int i = 0; i < model->reports.count; i++)
        root_report(&l, &model->reports.at[i]);
    add_entry(program, ENTRY_eval, 0, 0, l.graph);
}

/* The value of each example, one sample each. */
static Node *lower_each(Lowerer *l, Term *term) {
    Lowered value = lower_term(l, term);
    TermType rows = {.rows = true, .shape = value.type.shape}, own = value.type;
    own.n_samples = 0;
    Node *node = ir_reshape(l->graph, term->loc, value.node, termtype_array(&own));
    return ir_expand(l->graph, term->loc, node, termtype_array(&rows));
}

static void root_output(Lowerer *l, const char *name, Term *term) {
    graph_root(l->graph, ROOT_output, names_of(l->graph->names, name), lower_each(l, term));
}

/* What is restored beside the reconstruction. */
static void root_classes(Lowerer *l) {
    const Model *m = l->model;
    for (int i = 0; i < m->classes.count; i++) {
        const RestoredClass *class = &m->classes.at[i];
        if (class->input != m->inputs.at[m->original].name)
            graph_root(l->graph, ROOT_restored, class->input,
                       ir_argmax(l->graph, class->logits->loc, lower_each(l, class->logits), -1));
    }
}

static Mode variant_mode(int variant) {
    bool corruption = variant & 1, draws = variant & 2;
    return (Mode){
        .corruption = corruption, .other_noise = corruption, .draws = draws, .one_sample = true};
}

/* Variants that differ: corruption matters where code or reconstruction comes from noise, draws
 * where it comes from something drawn; a prior that only a loss draws from does not count. */
static bool *find_variants(const Model *model, Program *program) {
    Lowerer l = lower_open(model, program, "variants", variant_mode(3));
    Term *const roots[] = {model->code, model->reconstruction};
    bool noise = model->noisy, draws = false;
    for (int r = 0; r < 2; r++) {
        bool *needed = roots[r] ? lower_needed(&l, 1, &roots[r]) : NULL;
        for (int i = 0; needed && i < model->terms.count; i++) {
            noise |= needed[i] && model->terms.at[i]->kind == TERM_noise;
            draws |= needed[i] && model->terms.at[i]->kind == TERM_draw;
        }
    }
    bool *exists = NEW_ARRAY(program->arena, bool, 4);
    for (int variant = 0; variant < 4; variant++)
        exists[variant] = (noise || !(variant & 1)) && (draws || !(variant & 2));
    return exists;
}

/* The mask of what the reconstruction stands for, or NULL. */
static Term *mask_of(const Model *model) {
    const char *of = model->inputs.at[model->original].name, *given = NULL;
    for (int i = 0; i < model->inputs.count; i++)
        if (model->inputs.at[i].of == of)
            given = model->inputs.at[i].name;
    for (int i = 0; given && i < model->terms.count; i++)
        if (model->terms.at[i]->kind == TERM_input && model->terms.at[i]->name == given)
            return model->terms.at[i];
    return NULL;
}

static void lower_variants(const Model *model, Program *program) {
    const bool *exists = find_variants(model, program);
    for (int variant = 0; variant < 4; variant++) {
        if (!exists[variant])
            continue;
        if (model->code) {
            const char *name =
                arena_printf(program->arena, variant ? "encode_%d" : "encode", variant);
            Lowerer l = lower_open(model, program, name, variant_mode(variant));
            root_output(&l, "code", model->code);
            add_entry(program, ENTRY_encode, 0, variant, l.graph);
        }
        if (!model->reconstruction)
            continue;
        const char *name =
            arena_printf(program->arena, variant ? "reconstruct_%d" : "reconstruct", variant);
        Lowerer l = lower_open(model, program, name, variant_mode(variant));
        Term *x = NULL;
        for (int i = 0; !x && i < model->terms.count; i++)
            if (model->terms.at[i]->kind == TERM_input &&
                model->terms.at[i]->name == model->inputs.at[model->original].name)
                x = model->terms.at[i];
        root_output(&l, "x", x);
        if (mask_of(model))
            root_output(&l, "given", mask_of(model));
        root_output(&l, "xhat", model->restored);
        if (model->noisy)
            root_output(&l, "noisy", model->corrupted);
        root_classes(&l);
        add_entry(program, ENTRY_reconstruct, 0, variant, l.graph);
    }
}

/* Beside what is lowered already, the input that `term` needs and that a command without data
 * cannot supply: the one that is encoded, or the one that is reconstructed. NULL where there is
 * none; other inputs the command is given. */
static const char *input_of(Lowerer *l, Term *term) {
    const Model *m = l->model;
    bool *needed = lower_needed(l, 1, &term);
    for (int i = 0; i < m->terms.count; i++) {
        const Term *input = m->terms.at[i];
        if (needed[i] && !lower_known(l, i) && input->kind == TERM_input &&
            (input->name == m->inputs.at[0].name || input->name == m->inputs.at[m->original].name))
            return input->name;
    }
    return NULL;
}

/* Says what `term` reads of such an input, for a message; NULL where it reads none. Either the
 * input itself, "x", or the last value on the way that a block has named: "c, which encoder makes
 * of x,". */
static const char *reads_beside(Lowerer *l, Term *term) {
    const Model *m = l->model;
    const char *input = input_of(l, term);
    if (!input)
        return NULL;
    Lowered stop = {.node =
                        ir_const(l->graph, (Loc){0}, 0)}; /* what is named is not looked behind */
    for (int i = 0; i < m->named.count; i++)
        if (m->named.at[i].term != term && !lower_known(l, m->named.at[i].term->id))
            lower_put(l, m->named.at[i].term->id, stop);
    const bool *needed = lower_needed(l, 1, &term);
    for (int i = 0; i < m->terms.count; i++)
        if (lower_known(l, i) == stop.node)
            lower_put(l, i, (Lowered){0});
    for (int i = 0; i < m->named.count; i++) {
        Term *value = m->named.at[i].term;
        const char *behind = needed[value->id] ? input_of(l, value) : NULL;
        if (behind && value != term && !lower_known(l, value->id))
            return arena_printf(l->arena, "%s, which %s makes of %s,", m->named.at[i].name,
                                m->named.at[i].block, behind);
    }
    return input;
}

/* What the decoder reads of an input beside the code, or NULL. */
static const char *bypass(Lowerer *l) {
    int code = l->model->code->id;
    lower_put(l, code, (Lowered){.node = ir_const(l->graph, (Loc){0}, 0)});
    const char *read = reads_beside(l, l->model->reconstruction);
    lower_put(l, code, (Lowered){0});
    return read;
}

/* The code as an input that `decode` supplies. */
static void lower_code(Lowerer *l) {
    const Term *code = l->model->code;
    TermType type = {.rows = true, .shape = code->type.shape};
    Lowered given = {.node = ir_leaf(l->graph, code->loc, OP_input,
                                     names_of(l->graph->names, "code"), termtype_array(&type)),
                     .type = type};
    lower_put(l, code->id, lower_as(l, code, given));
}

/* What is generated in the place of the input that is encoded, or NULL. */
static const Generated *generated_input(const Model *model) {
    for (int i = 0; i < model->generated.count; i++) {
        const Term *old = model->generated.at[i].old;
        if (old->kind == TERM_input && old->name == model->inputs.at[0].name)
            return &model->generated.at[i];
    }
    return NULL;
}

/* Whether the decoder reads the input and says of each element what those before it tell: `decode`
 * then draws them one after another, as `sample` does. */
static bool decodes_in_order(const Model *model, Lowerer *l) {
    const Generated *input = generated_input(model);
    if (!input || model->original != 0)
        return false;
    lower_put(l, input->old->id, (Lowered){.node = ir_const(l->graph, (Loc){0}, 0)});
    bool fine = bypass(l) == NULL;
    lower_put(l, input->old->id, (Lowered){0});
    return fine;
}

static void lower_decode(const Model *model, Program *program) {
    if (!model->code || !model->reconstruction || !model->code->type.rows) {
        program->cannot_decode =
            !model->reconstruction ? "the model has no decoder" : "the model has no code";
        return;
    }
    Lowerer asks = lower_open(model, program, "decode", (Mode){.one_sample = true});
    const char *read = bypass(&asks);
    bool in_order = read && decodes_in_order(model, &asks);
    if (read && !in_order) {
        program->cannot_decode =
            arena_printf(program->arena, "its decoder reads %s beside the code", read);
        return;
    }
    Lowerer l = lower_open(model, program, "decode", (Mode){.draws = in_order, .one_sample = true});
    lower_code(&l);
    root_output(&l, "xhat", in_order ? generated_input(model)->drawn : model->restored);
    add_entry(program, ENTRY_decode, 0, 0, l.graph);
}

/* `output` from what the model generates; why that is impossible, or NULL. */
static const char *lower_generated(const Model *model, Program *program, EntryKind kind,
                                   const char *name, const char *output, Term *term) {
    Lowerer l = lower_open(model, program, name, (Mode){.draws = true, .one_sample = true});
    for (int i = 0; i < model->generated.count; i++) {
        Term *old = model->generated.at[i].old, *drawn = model->generated.at[i].drawn;
        const char *read = reads_beside(&l, drawn);
        if (read)
            return arena_printf(program->arena,
                                "what it draws from reads %s and nothing is encoded", read);
        lower_put(&l, old->id, lower_as(&l, old, lower_term(&l, drawn)));
    }
    const char *read = reads_beside(&l, term);
    if (read)
        return arena_printf(program->arena, "the %s reads %s beside what is drawn",
                            kind == ENTRY_sample ? "decoder" : "code", read);
    root_output(&l, output, term);
    add_entry(program, kind, 0, 0, l.graph);
    return NULL;
}

/* Of a model that says of each element of its input what those before it tell: `sample` reads what
 * is known of the input, draws all of it from what the model says, and is run again on that until
 * nothing changes (runtime/model/in_order.c). */
static void lower_in_order(const Model *model, Program *program, const Generated *input) {
    Lowerer l = lower_open(model, program, "sample", (Mode){.draws = true, .one_sample = true});
    for (int i = 0; i < model->generated.count; i++) {
        Term *old = model->generated.at[i].old;
        if (old != input->old)
            lower_put(&l, old->id, lower_as(&l, old, lower_term(&l, model->generated.at[i].drawn)));
    }
    root_output(&l, "xhat", input->drawn);
    add_entry(program, ENTRY_sample, 0, 0, l.graph);
}

static void lower_sample(const Model *model, Program *program) {
    const Generated *input = generated_input(model);
    program->cannot_sample = !model->reconstruction ? "the model has no decoder"
                             : !model->code         ? "the model has no code"
                                                    : model->cannot_sample;
    if (program->cannot_sample)
        return;
    if (input && model->original == 0) {
        lower_in_order(model, program, input);
        return;
    }
    program->cannot_sample =
        lower_generated(model, program, ENTRY_sample, "sample", "xhat", model->restored);
    lower_generated(model, program, ENTRY_prior, "prior", "code", model->code);
}

/* Whether the loss weighs draws by what the list says of them, each by one thing: then `uses` says
 * which of them it needs. */
static bool weighs_draws(Lowerer *l, Term *loss, bool *uses) {
    const Model *m = l->model;
    const bool *needed = lower_needed(l, 1, &loss);
    bool any = false;
    for (int i = 0; i < m->divergences.count; i++) {
        const Divergence *own = &m->divergences.at[i];
        uses[i] = needed[own->expected->id];
        if (!uses[i])
            continue;
        any = true;
        if (own->expected->type.spread)
            return false;
        for (int k = 0; k < i; k++)
            if (uses[k] && m->divergences.at[k].drawn == own->drawn)
                return false;
    }
    return any;
}

/* One number of each example, [n]. */
static Node *lower_number_of_each(Lowerer *l, Term *term) {
    return ir_reshape(l->graph, term->loc, lower_each(l, term), type_prefixed(ROWS, type_scalar()));
}

/* The weight of a draw is what the first step minimises, which is -log p(x, z) / q(z | x) or the
 * mean of that, once each kl(z, d) is taken at the draw; and counts once, whatever factor it has.
 */
static void lower_weigh(const Model *model, Program *program) {
    Term *loss = model->steps.count ? model->steps.at[0].loss : NULL;
    if (!loss || loss->kind != TERM_batch_mean || !model->divergences.count)
        return;
    loss = loss->in[0];
    Lowerer l = lower_open(model, program, "weigh",
                           (Mode){.corruption = true, .draws = true, .one_sample = true});
    bool *uses = NEW_ARRAY(l.arena, bool, model->divergences.count);
    if (!weighs_draws(&l, loss, uses))
        return;
    for (int i = 0; i < model->divergences.count; i++) {
        const Divergence *own = &model->divergences.at[i];
        Lowered nothing = {.node = ir_const(l.graph, own->expected->loc, 0)};
        if (uses[i] && own->at_draw != own->expected)
            lower_put(&l, own->expected->id, lower_as(&l, own->expected, nothing));
    }
    Node *weight = lower_number_of_each(&l, loss);
    for (int i = 0; i < model->divergences.count; i++) {
        const Divergence *own = &model->divergences.at[i];
        if (uses[i] && own->at_draw != own->expected)
            weight = ir_binary(l.graph, loss->loc, OP_add, weight,
                               lower_number_of_each(&l, own->at_draw));
    }
    graph_root(l.graph, ROOT_output, names_of(program->names, "weight"), weight);
    add_entry(program, ENTRY_weigh, 0, 0, l.graph);
}

static void lower_gradcheck(const Model *model, Program *program, int index) {
    const ModelStep *step = &model->steps.at[index];
    const char *name = arena_printf(program->arena, "gradcheck_%s", step->info.name);
    Lowerer l = lower_open(model, program, name, training_mode);
    Node *loss = lower_term(&l, step->loss).node;
    graph_root(l.graph, ROOT_output, names_of(program->names, "loss"), loss);
    l.graph->tells = true;
    for (int i = 0; i < step->params.count; i++)
        for (int k = 0; k < model->slots.count; k++) {
            const ModelSlot *slot = &model->slots.at[k];
            if (slot->slot.name != step->params.at[i])
                continue;
            Node *p = lower_term(&l, slot->term).node;
            graph_root(l.graph, ROOT_gradient, names_of(program->names, slot->slot.name),
                       ir_grad(l.graph, slot->slot.loc, loss, p));
        }
    add_entry(program, ENTRY_gradcheck, index, 0, l.graph);
}

static void copy_tables(const Model *model, Program *program) {
    program->name = model->name ? model->name : "model";
    program->batch = model->batch;
    program->labelled = model->labelled;
    program->original = model->original;
    program->code = model->code ? model->code->type.shape : (Type){.rank = -1};
    program->image = model->reconstruction ? model->reconstruction->type.shape : (Type){.rank = -1};
    for (int i = 0; i < model->inputs.count; i++)
        list_add(program->arena, &program->inputs, model->inputs.at[i]);
    for (int i = 0; i < model->hypers.count; i++)
        list_add(program->arena, &program->hypers, model->hypers.at[i]);
    for (int i = 0; i < model->plateaus.count; i++)
        list_add(program->arena, &program->plateaus, model->plateaus.at[i]);
    for (int i = 0; i < model->scalars.count; i++)
        list_add(program->arena, &program->scalars, model->scalars.at[i]);
    for (int i = 0; i < model->slots.count; i++)
        list_add(program->arena, &program->slots, model->slots.at[i].slot);
    for (int i = 0; i < model->steps.count; i++)
        list_add(program->arena, &program->steps, model->steps.at[i].info);
    for (int i = 0; i < model->stages.count; i++)
        list_add(program->arena, &program->stages, model->stages.at[i]);
    program->best = model->steps.count ? model->steps.at[0].info.report : NULL;
}

void lower_model(const Model *model, Program *program) {
    program->scratch = arena_open();
    copy_tables(model, program);
    lower_init(model, program);
    for (int i = 0; i < model->steps.count; i = steps_end(model, i)) {
        lower_when(model, program, i);
        lower_step(model, program, i);
    }
    lower_eval(model, program);
    lower_variants(model, program);
    lower_decode(model, program);
    lower_sample(model, program);
    lower_weigh(model, program);
    for (int i = 0; i < model->steps.count; i++)
        lower_gradcheck(model, program, i);
    arena_close(program->scratch);
    program->scratch = NULL;
}
