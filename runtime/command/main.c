/* The whole program: reads the command line, does what it says.
 *
 * Its one idea: commands.def is the only list of commands; here it becomes the table that a command
 * is called through. Messages are printed here and nowhere below: one line on standard error, and
 * the exit status says of which kind it is.
 *
 * Example: "vae eval --json" calls command_eval.
 */
#include "command.h"
#include "products/products.h"
#include "base/base.h"
#include "exec/exec.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

typedef bool Command(Work *work, AertError *error);

static Command *const commands[] = {
#define COMMAND(name, spelling, help) command_##name,
#include "options/commands.def"
#undef COMMAND
};

static int report(const AertModel *model, int status, const AertError *error) {
    if (status == EXIT_FAILED || status == EXIT_USAGE)
        fprintf(stderr, "%s: %s\n", model->name, error->text);
    return status;
}

static int print_help(const AertModel *model, const Options *options) {
    if (options->has_command)
        options_help_command(model, options->command);
    else
        options_help(model);
    return EXIT_DONE;
}

static const char *program_name; /* for the handler below */
static atomic_flag stopping = ATOMIC_FLAG_INIT;

static void warn(const char *text) {
    ssize_t written = write(STDERR_FILENO, text, strlen(text));
    (void)written; /* nothing can be done if this write fails */
}

/* A file that was mapped has been cut short, and what was read of it is gone: tells so and stops.
 * For any other SIGBUS the default action is put back, which ends the program when the instruction
 * that caused it runs again. */
static void stop_at_lost_bytes(int number, siginfo_t *info, void *context) {
    const char *name = aert_bytes_mapped(info->si_addr);
    (void)number, (void)context;
    if (!name) {
        sigaction(SIGBUS, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
        return;
    }
    while (atomic_flag_test_and_set(&stopping)) /* another thread stands here too */
        pause();
    warn(program_name);
    warn(": ");
    warn(name);
    warn(": the file was cut short, or its disk failed, while it was read\n");
    _exit(EXIT_FAILED);
}

static void handle_lost_bytes(const AertModel *model) {
    struct sigaction action = {.sa_flags = SA_SIGINFO};
    action.sa_sigaction = stop_at_lost_bytes;
    program_name = model->name;
    sigaction(SIGBUS, &action, NULL);
}

/* A stack that runs over ends the program without a word.  The commands need less than half of what
 * is asked for here; arguments and the environment lie there too. */
static bool stack_fits(AertError *error) {
    const rlim_t least = 96;
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur / 1024 >= least)
        return true;
    return aert_fail(error, "the stack may have %llu KB only, wanted %llu (ulimit -s)",
                     (unsigned long long)limit.rlim_cur / 1024, (unsigned long long)least);
}

/* What must be right before any function of the generated file may be called. */
static bool machine_fits(const AertModel *model, CommandId command, char **argv, AertError *error) {
    if (model->abi != AERT_ABI)
        return aert_fail(
            error,
            "compiled for version %d of the runtime, linked with version %d: compile it anew",
            model->abi, AERT_ABI);
    return aert_cpu_check(model->cpu, error) &&
           aert_blas_start(argv, command != COMMAND_info, model->vectors, error);
}

/* A file that may not grow further is an error like a full disk, not the end of the process. */
static void ignore_file_limit(void) {
    struct sigaction action = {.sa_handler = SIG_IGN};
    sigaction(SIGXFSZ, &action, NULL);
}

/* OpenBLAS has threads of its own from the start, until it is told to have none.  One that gets no
 * buffer tries for ever, and the end of the program would wait for it. */
static int leave(int status) {
    AertError error;
    if (!aert_blas_room(1, &error))
        _exit(status);
    return status;
}

/* Runs the command; its exit status. */
static int run_command(const AertModel *model, const Options *options, AertError *error) {
    Work work = {.session = {.model = model, .options = options}};
    bool fine = commands[options->command](&work, error);
    examples_close(&work.examples);
    session_close(&work.session);
    return fine ? EXIT_DONE : work.status ? work.status : EXIT_FAILED;
}

int aert_main(const AertModel *model, int argc, char **argv) {
    AertError error = {""};
    Options options;
    ignore_file_limit();
    handle_lost_bytes(model);
    if (!stack_fits(&error))
        return leave(report(model, EXIT_FAILED, &error));
    int status = options_parse(&options, model, argc, argv, &error);
    if (status)
        return leave(report(model, status, &error));
    AertModel whole = *model;
    void *memory = NULL;
    if (options.help)
        status = print_help(model, &options);
    else if (!machine_fits(model, options.command, argv, &error) ||
             !aert_unfold(&whole, &memory, &error))
        status = EXIT_FAILED;
    else
        status = run_command(&whole, &options, &error);
    free(memory);
    if (status == EXIT_DONE && (fflush(stdout) != 0 || ferror(stdout))) {
        aert_fail_system(&error, "standard output", "write", errno);
        status = EXIT_FAILED;
    }
    return leave(report(model, status, &error));
}
