/* aecc: what the command line asks for, with the files that it names.
 *
 *     compile_check → compile_lower → compile_graphs → plan_program → the target
 */
#include "driver/compile.h"
#include "driver/complain.h"
#include "driver/files.h"
#include "driver/options.h"
#include "driver/show.h"
#include "emit/emit.h"
#include "new/new.h"
#include "plan/plan.h"
#include "support/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { STATUS_GOOD = 0, STATUS_WRONG_MODEL = 1, STATUS_WRONG_USAGE = 2, SOURCE_LIMIT = 1 << 20 };

typedef struct Invocation {
    Arena *arena;
    Compiler compiler;
    Diag *diag;
    AeccOptions options;
    const Target *target;
    const Ast *tree;
    const Ast *overrides[MAX_OVERRIDES];
    List(const char *) files; /* that were read */
} Invocation;

static const Ast *parse(Invocation *s, const char *name, const char *text, size_t length) {
    return compile_parse(&s->compiler, s->arena, s->diag, name, text, length);
}

/* The tree of a file, or NULL with the reason why it cannot be read. */
static const Ast *parse_file(void *session, const char *path, const char **why) {
    Invocation *s = session;
    size_t length;
    const char *text = text_read_file(s->arena, path, SOURCE_LIMIT, &length);
    if (text) {
        list_add(s->arena, &s->files, path);
        return parse(s, path, text, length);
    }
    *why = errno == EFBIG
               ? arena_printf(s->arena, "larger than the limit of %d bytes", SOURCE_LIMIT)
           : errno == ENODEV ? "cannot be read: it is no file but a pipe or a device"
                             : arena_printf(s->arena, "cannot be read: %s", strerror(errno));
    return NULL;
}

/* False where the file cannot be read. */
static bool parse_model(Invocation *s) {
    const char *why;
    s->tree = parse_file(s, s->options.model, &why);
    if (!s->tree)
        return complain(s->arena, "%s: %s", s->options.model, why);
    for (int i = 0; i < s->options.overrides; i++) {
        const char *other = arena_printf(s->arena, "const %s\n", s->options.override[i]);
        s->overrides[i] = parse(s, "-D", other, strlen(other));
    }
    return true;
}

static void dump_graphs(Invocation *s, const Program *program) {
    Text text;
    text_open(&text, s->arena);
    for (int i = 0; i < program->entries.count; i++)
        ir_print(&text, program->entries.at[i].graph, s->diag);
    fputs(text.at, stdout);
}

/* C that is compiled later includes itself, by its own name between quotes. */
static bool name_can_be_included(const char *path) {
    const char *name = text_base_name(path);
    return !name[strcspn(name, "\"\\\n\r")];
}

static bool write_output(Invocation *s, const Text *text) {
    const char *path = s->options.output;
    size_t length = strlen(path);
    bool is_c = strcmp(s->options.target, "c") == 0;
    bool source = !is_c || (length > 2 && strcmp(path + length - 2, ".c") == 0);
    if (is_c && source && !name_can_be_included(path))
        return complain(
            s->arena,
            "%s: a C file that has a quote, a backslash or the end of a line in its name cannot "
            "include itself; choose another name",
            path);
    return source ? file_write(path, text->at, text->length, s->arena)
                  : program_build(path, s->options.march, text->at, text->length, s->arena);
}

static void add_path(Text *text, const char *path) {
    for (; *path; path++)
        text_add(text, "%s%c", strchr(" #\\", *path) ? "\\" : *path == '$' ? "$" : "", *path);
}

/* What is written is none of the files that were read, those that the model uses among them. */
static bool spares_inputs(Invocation *s, const char *path) {
    for (int i = 0; path && i < s->files.count; i++)
        if (same_file(path, s->files.at[i]))
            return complain(s->arena, "%s: is read for the model and would be overwritten", path);
    return true;
}

/* output: model.ae blocks.ae */
static bool write_dependencies(Invocation *s) {
    if (!s->options.depend)
        return true;
    Text text;
    text_open(&text, s->arena);
    add_path(&text, s->options.output ? s->options.output : s->options.model);
    text_add(&text, ":");
    for (int i = 0; i < s->files.count; i++) {
        text_add(&text, " ");
        add_path(&text, s->files.at[i]);
    }
    text_add(&text, "\n");
    return file_write(s->options.depend, text.at, text.length, s->arena);
}

/* The stages after the tree; false where the model is wrong or the output cannot be written. */
static bool compile(Invocation *s, const PassOptions *passes) {
    ModelSource source = {.tree = s->tree,
                          .path = s->options.model,
                          .command = s->options.command,
                          .overrides = s->overrides,
                          .n_overrides = s->options.overrides,
                          .load = parse_file,
                          .user = s};
    Model *model = compile_check(&s->compiler, s->arena, s->diag, &source);
    if (!model || s->options.check)
        return model != NULL;
    Program *program = compile_lower(&s->compiler, s->arena, s->diag, &source, model);
    if (s->options.dump == DUMP_ir)
        return dump_graphs(s, program), true;
    bool derivatives = s->options.dump == DUMP_grad;
    if (!compile_graphs(program, passes, derivatives ? STAGE_derivatives : STAGE_simple))
        return false;
    if (derivatives)
        return dump_graphs(s, program), true;
    ProgramPlan *plan = plan_program(program, s->target->schedule);
    Text text;
    text_open(&text, s->arena);
    if (s->options.dump == DUMP_plan) {
        for (int i = 0; i < plan->entries.count; i++)
            plan_print(&text, plan->entries.at[i]);
        return fputs(text.at, stdout), true;
    }
    s->target->emit(&text, plan);
    return spares_inputs(s, s->options.output) && spares_inputs(s, s->options.depend) &&
           write_output(s, &text) && write_dependencies(s);
}

/* What is written, the output and what it depends on, is neither the model nor each other. */
static bool outputs_allowed(Invocation *s) {
    const char *output = s->options.output, *depend = s->options.depend;
    if (output && !output_allowed("-o", output, s->options.model, s->arena))
        return false;
    if (depend && !output_allowed("--depend", depend, s->options.model, s->arena))
        return false;
    if (output && depend && same_file(output, depend))
        return complain(s->arena, "%s: -o and --depend name the same file", depend);
    return true;
}

static int run(Invocation *s) {
    PassOptions passes = {0};
    const char *unknown;
    if (s->options.passes && !passes_select(&passes, s->arena, s->options.passes, &unknown)) {
        complain(s->arena, "there is no pass `%s`; aecc --help lists them", unknown);
        return STATUS_WRONG_USAGE;
    }
    s->target = target_find(s->options.target);
    if (!s->target) {
        complain(s->arena, "there is no target `%s`; aecc --help lists them", s->options.target);
        return STATUS_WRONG_USAGE;
    }
    passes.keep_every = s->options.keep_every;
    passes.keep_most = (double)s->target->schedule->keep_most;
    if (!outputs_allowed(s))
        return STATUS_WRONG_USAGE;
    compile_prelude(&s->compiler, s->diag);
    if (s->options.show && !*s->options.show)
        return show_list(s->arena, s->compiler.prelude), STATUS_GOOD;
    if (s->options.show)
        return show_definition(s->arena, s->compiler.prelude, s->options.show) ? STATUS_GOOD
                                                                               : STATUS_WRONG_MODEL;
    if (!parse_model(s))
        return STATUS_WRONG_MODEL;
    bool good = false;
    if (s->options.dump == DUMP_tree && diag_errors(s->diag) == 0) {
        Text text;
        text_open(&text, s->arena);
        ast_print(&text, s->tree);
        good = fputs(text.at, stdout) >= 0;
    } else if (s->options.dump != DUMP_tree) {
        good = compile(s, &passes);
    }
    if (s->options.json)
        diag_print_json(s->diag, stdout);
    else
        diag_print(s->diag, stderr);
    return good ? STATUS_GOOD : STATUS_WRONG_MODEL;
}

int main(int argc, char **argv) {
    Invocation s = {.arena = arena_open()};
    s.compiler = (Compiler){.arena = s.arena, .names = names_open(s.arena)};
    s.diag = diag_open(s.arena);
    int status = STATUS_GOOD;
    if (argc > 1 && strcmp(argv[1], "new") == 0)
        status = new_command(s.arena, argc - 2, argv + 2);
    else if (!options_read(&s.options, s.arena, argc, argv))
        status = STATUS_WRONG_USAGE;
    else if (s.options.help)
        options_help(stdout, s.arena);
    else if (s.options.version)
        printf("aecc %s\n", AECC_VERSION);
    else
        status = run(&s);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        complain(s.arena, "standard output cannot be written whole: %s", strerror(errno));
        status = status == STATUS_GOOD ? STATUS_WRONG_MODEL : status;
    }
    arena_close(s.arena);
    return status;
}
