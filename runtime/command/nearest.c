/* nearest: the examples of a data set whose codes lie nearest to those of other examples.
 *
 * Its one idea: what an autoencoder keeps of two examples says whether they are alike, so the
 * nearest codes are what a search should find.  With words for each example (--tags) it says how
 * often that is so: which share of the neighbours has a word in common with the query.
 *
 * Example: "retrieval nearest --data train.mtx --query test.mtx --titles train.titles
 * --query-titles test.titles --tags train.topics --query-tags test.topics --out runs/retrieval"
 */
#include "command.h"
#include "neighbours.h"

#include <stdlib.h>
#include <string.h>

enum { NEIGHBOURS = 10, MOST_NEIGHBOURS = 1000, SHOWN = 5, TITLE = 160 };

/* Examples, their codes and what is known of each. */
typedef struct Described {
    const Examples *examples;
    float *codes;              /* (count, size) */
    AertCaptions titles, tags; /* of count 0 where there are none */
} Described;

typedef struct Search {
    Described data, query;
    Examples other;         /* of --query */
    const Described *asked; /* &query, or &data, whose examples are then asked of each other */
    size_t size;
    bool cosine;
    int most; /* neighbours of each */
    AertFile file;
    double shared; /* neighbours with a tag of their query, over all that have been found */
    int64_t found;
} Search;

static void described_close(Described *one) {
    free(one->codes);
    aert_captions_close(&one->titles);
    aert_captions_close(&one->tags);
}

/* Captions go by the lines of the whole file, of which a split may have left some examples. */
static int64_t number_of(const Described *one, int64_t i) {
    return one->examples->rows ? one->examples->rows[i] : i;
}

static bool open_captions(AertCaptions *captions, const char *path, const Described *one,
                          AertError *error) {
    int64_t last = -1;
    if (!path || !aert_captions_open(captions, path, error))
        return !path;
    for (int64_t i = 0; i < one->examples->count; i++)
        if (number_of(one, i) > last)
            last = number_of(one, i);
    if (captions->count <= last || (!one->examples->rows && captions->count != last + 1))
        return aert_fail(error, "%s has %lld lines, and %s%s %lld examples", path,
                         (long long)captions->count, examples_name(one->examples),
                         one->examples->rows ? " at least" : "", (long long)last + 1);
    return true;
}

/* Examples that are open already: their codes and captions. */
static bool describe(Described *one, const Examples *examples, Session *session,
                     const Search *search, const char *titles, const char *tags, AertError *error) {
    one->examples = examples;
    if (!open_captions(&one->titles, titles, one, error) ||
        !open_captions(&one->tags, tags, one, error))
        return false;
    one->codes = latent_encode(session, examples, error);
    if (one->codes && search->cosine)
        neighbours_normalize(one->codes, examples->count, search->size);
    return one->codes != NULL;
}

static bool open_query(Examples *examples, const Session *session, AertError *error) {
    ExamplesFrom from = session_data(session, EXAMPLES_TEST);
    from.files = &session->options->query;
    from.labels = NULL;
    from.marked = from.may_lack = from.whole = true;
    return open_examples(examples, session, &from, error);
}

static bool open_both(Search *search, Work *work, AertError *error) {
    Session *session = &work->session;
    const Options *options = session->options;
    bool other = files_given(&options->query);
    search->asked = other ? &search->query : &search->data;
    return examples_of(work, false, error) &&
           describe(&search->data, &work->examples, session, search, options->titles, options->tags,
                    error) &&
           (!other || (open_query(&search->other, session, error) &&
                       describe(&search->query, &search->other, session, search,
                                options->query_titles, options->query_tags, error)));
}

/* ---- what is found ---- */

/* A query, or one that was found for it, so far from it. */
static void print_one(const Described *one, int64_t i, const Neighbour *found) {
    char title[TITLE] = "";
    long long number = (long long)number_of(one, i);
    if (one->titles.count)
        aert_caption(&one->titles, number, title, sizeof title);
    if (found)
        say("  %9.6f  ", found->distance);
    say("%lld  %s\n", number, title);
}

/* One query: finds its neighbours, counts, shows and writes them. */
static void ask(Search *search, const Options *options, int64_t i, bool shown, Neighbour *found) {
    const Described *asked = search->asked, *data = &search->data;
    bool itself = asked == data;
    char distance[AERT_NUMBER];
    long long number = (long long)number_of(asked, i);
    int count =
        neighbours_find(asked->codes + (size_t)i * search->size, data->codes, data->examples->count,
                        search->size, itself ? i : -1, search->cosine, search->most, found);
    if (shown)
        print_one(asked, i, NULL);
    for (int k = 0; k < count; k++) {
        long long other = (long long)number_of(data, found[k].example);
        search->shared += asked->tags.count && data->tags.count &&
                          aert_captions_meet(&asked->tags, number, &data->tags, other);
        search->found++;
        if (shown)
            print_one(data, found[k].example, &found[k]);
        if (options->output)
            file_say(&search->file, "%lld,%d,%lld,%s\n", number, k + 1, other,
                     aert_number_text(found[k].distance, distance));
    }
}

static void print_figures(const Search *search, bool json) {
    bool tagged = search->asked->tags.count && search->data.tags.count;
    double precision = search->found ? search->shared / (double)search->found : 0;
    if (json || tagged)
        tell(json, "{\"queries\": %lld, \"neighbours\": %d, \"metric\": %s",
             "%lld queries, the first %d by %s: ", (long long)search->asked->examples->count,
             search->most, search->cosine ? "cosine" : "euclidean");
    if (tagged)
        tell(json, ", \"precision\": %g", "%.4f of them have a tag in common with the query\n",
             precision);
    if (json)
        say("}\n");
}

static bool nearest(Search *search, Work *work, AertError *error) {
    const Options *options = work->session.options;
    search->size = code_size(work->session.model);
    if (!open_both(search, work, error) ||
        (options->output &&
         (!output_path(work, "", error) || !aert_file_create(&search->file, work->path, error))))
        return false;
    Neighbour *found = aert_allocate((size_t)search->most, sizeof *found, "codes", error);
    if (!found)
        return false;
    if (options->output)
        file_say(&search->file, "query,place,example,distance\n");
    int64_t shown = options->json ? 0 : wanted_count(options, SHOWN);
    for (int64_t i = 0; i < search->asked->examples->count; i++)
        ask(search, options, i, i < shown, found);
    free(found);
    print_figures(search, options->json);
    return !options->output || aert_file_commit(&search->file, error);
}

/* What the options say. */
static bool read_options(Search *search, const Options *options, AertError *error) {
    const char *metric = options->metric ? options->metric : "cosine";
    search->cosine = strcmp(metric, "cosine") == 0;
    search->most = options->neighbours ? options->neighbours : NEIGHBOURS;
    if (!search->cosine && strcmp(metric, "euclidean") != 0)
        return aert_fail(error, "--metric is cosine or euclidean, not '%s'", metric);
    if (search->most > MOST_NEIGHBOURS)
        return aert_fail(error, "--neighbours: at most %d", MOST_NEIGHBOURS);
    return files_given(&options->query) || (!options->query_titles && !options->query_tags) ||
           aert_fail(error, "--query-titles and --query-tags belong to --query FILE");
}

bool command_nearest(Work *work, AertError *error) {
    Search search = {.file = {.fd = -1}};
    bool fine = usage_is(work, read_options(&search, work->session.options, error)) &&
                open_encoder(work, 0, error) && nearest(&search, work, error);
    aert_file_discard(&search.file);
    described_close(&search.data);
    described_close(&search.query);
    examples_close(&search.other);
    return fine;
}
