/* nearest: the examples of a data set whose codes lie nearest to those of other examples.
 *
 * Its one idea: what an autoencoder keeps of two examples says whether they are alike, so the
 * nearest codes are what a search should find.  With words for each example (--tags) it says how
 * often that is so: which share of the neighbours has a word in common with the query.
 *
 * Example: "retrieval nearest --data train.mtx --query test.mtx --titles train.titles
 * --query-titles test.titles --tags train.topics --query-tags test.topics --out runs/retrieval"
 */
#include "codes.h"
#include "command.h"
#include "neighbours.h"
#include "base/base.h"
#include "data/data.h"
#include "view/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NEIGHBOURS = 10, MOST_NEIGHBOURS = 1000, SHOWN = 5, TITLE = 160 };

/* Examples, their codes and what is known of each. */
typedef struct Described {
    Examples examples;
    float *codes; /* (count, size) */
    AertCaptions titles, tags;
    bool has_titles, has_tags;
} Described;

typedef struct Search {
    Described data, query;
    const Described *asked; /* &query, or &data, whose examples are then asked of each other */
    size_t size;
    bool cosine;
    int most; /* neighbours of each */
    AertFile file;
    double shared; /* neighbours with a tag of their query, over all that have been found */
    int64_t found;
} Search;

static void described_close(Described *one) {
    examples_close(&one->examples);
    free(one->codes);
    aert_captions_close(&one->titles);
    aert_captions_close(&one->tags);
}

/* Captions go by the lines of the whole file, of which a split may have left some examples. */
static int64_t number_of(const Described *one, int64_t i) {
    return one->examples.rows ? one->examples.rows[i] : i;
}

static bool open_captions(AertCaptions *captions, bool *has, const char *path, const Described *one,
                          AertError *error) {
    int64_t last = -1;
    *has = path != NULL;
    if (!path || !aert_captions_open(captions, path, error))
        return !path;
    for (int64_t i = 0; i < one->examples.count; i++)
        if (number_of(one, i) > last)
            last = number_of(one, i);
    if (captions->count <= last || (!one->examples.rows && captions->count != last + 1))
        return aert_fail(error, "%s has %lld lines, and %s%s %lld examples", path,
                         (long long)captions->count, examples_name(&one->examples),
                         one->examples.rows ? " at least" : "", (long long)last + 1);
    return true;
}

/* Examples that are open already: their codes and captions. */
static bool describe(Described *one, Session *session, const Search *search, const char *titles,
                     const char *tags, AertError *error) {
    Examples *examples = &one->examples;
    if (!open_captions(&one->titles, &one->has_titles, titles, one, error) ||
        !open_captions(&one->tags, &one->has_tags, tags, one, error))
        return false;
    one->codes = latent_codes(session, encoder_of(session), examples, 0, examples->count, error);
    if (one->codes && search->cosine)
        neighbours_normalize(one->codes, examples->count, search->size);
    return one->codes != NULL;
}

static bool open_query(Examples *examples, const Session *session, AertError *error) {
    ExamplesFrom from = session_data(session, EXAMPLES_TEST);
    from.files = &session->options->query;
    from.labels = NULL;
    from.marked = from.may_lack = from.whole = true;
    if (!examples_open(examples, session->model, &from, error))
        return false;
    examples_tell(examples, session->model, session->options);
    return true;
}

static bool open_both(Search *search, Session *session, AertError *error) {
    const Options *options = session->options;
    bool other = files_given(&options->query);
    search->asked = other ? &search->query : &search->data;
    return examples_of(&search->data.examples, session, false, error) &&
           describe(&search->data, session, search, options->titles, options->tags, error) &&
           (!other || (open_query(&search->query.examples, session, error) &&
                       describe(&search->query, session, search, options->query_titles,
                                options->query_tags, error)));
}

/* ---- what is found ---- */

static void print_one(const Described *one, int64_t i, double distance, bool is_query) {
    char title[TITLE] = "";
    long long number = (long long)number_of(one, i);
    if (one->has_titles)
        aert_caption(&one->titles, number, title, sizeof title);
    if (is_query)
        printf("%lld  %s\n", number, AERT_SHOW(title));
    else
        printf("  %9.6f  %lld  %s\n", distance, number, AERT_SHOW(title));
}

static void write_one(Search *search, int64_t i, int place, const Neighbour *neighbour) {
    char line[96], number[AERT_NUMBER];
    snprintf(line, sizeof line, "%lld,%d,%lld,", (long long)number_of(search->asked, i), place + 1,
             (long long)number_of(&search->data, neighbour->example));
    aert_file_write(&search->file, line, strlen(line));
    aert_number_text(neighbour->distance, number);
    aert_file_write(&search->file, number, strlen(number));
    aert_file_write(&search->file, "\n", 1);
}

/* One query: finds its neighbours, counts, shows and writes them. */
static void ask(Search *search, const Options *options, int64_t i, bool shown, Neighbour *found) {
    const Described *asked = search->asked, *data = &search->data;
    bool itself = asked == data;
    int count =
        neighbours_find(asked->codes + (size_t)i * search->size, data->codes, data->examples.count,
                        search->size, itself ? i : -1, search->cosine, search->most, found);
    if (shown)
        print_one(asked, i, 0, true);
    for (int k = 0; k < count; k++) {
        search->shared += asked->has_tags && data->has_tags &&
                          aert_captions_meet(&asked->tags, number_of(asked, i), &data->tags,
                                             number_of(data, found[k].example));
        search->found++;
        if (shown)
            print_one(data, found[k].example, found[k].distance, false);
        if (options->output)
            write_one(search, i, k, &found[k]);
    }
}

static void print_figures(const Search *search, bool json) {
    bool tagged = search->asked->has_tags && search->data.has_tags;
    double precision = search->found ? search->shared / (double)search->found : 0;
    long long queries = (long long)search->asked->examples.count;
    const char *metric = search->cosine ? "cosine" : "euclidean";
    if (json) {
        AertJson out = {.to = stdout};
        aert_json_object(&out, NULL);
        aert_json_count(&out, "queries", (uint64_t)queries);
        aert_json_count(&out, "neighbours", (uint64_t)search->most);
        aert_json_string(&out, "metric", metric);
        if (tagged)
            aert_json_number(&out, "precision", precision);
        aert_json_end(&out);
    } else if (tagged) {
        printf(
            "%lld queries, the first %d by %s: %.4f of them have a tag in common with the query\n",
            queries, search->most, metric, precision);
    }
}

static bool nearest(Search *search, Session *session, AertError *error) {
    const Options *options = session->options;
    char path[AERT_PATH_BELOW];
    if (!open_both(search, session, error))
        return false;
    if (options->output && (!output_path(session, "", path, sizeof path, error) ||
                            !aert_file_create(&search->file, path, error)))
        return false;
    Neighbour *found = aert_allocate((size_t)search->most, sizeof *found, "neighbours", error);
    if (!found)
        return false;
    static const char head[] = "query,place,example,distance\n";
    if (options->output)
        aert_file_write(&search->file, head, sizeof head - 1);
    int64_t shown = option_given(options, OPTION_count) ? options->count : SHOWN;
    for (int64_t i = 0; i < search->asked->examples.count; i++)
        ask(search, options, i, i < shown && !options->json, found);
    free(found);
    print_figures(search, options->json);
    return !options->output || aert_file_commit(&search->file, error);
}

/* What the options say, or EXIT_USAGE. */
static int read_options(Search *search, const Options *options, AertError *error) {
    const char *metric = options->metric ? options->metric : "cosine";
    search->cosine = strcmp(metric, "cosine") == 0;
    search->most = option_given(options, OPTION_neighbours) ? options->neighbours : NEIGHBOURS;
    if (!search->cosine && strcmp(metric, "euclidean") != 0)
        aert_fail(error, "--metric is cosine or euclidean, not '%s'", metric);
    else if (search->most > MOST_NEIGHBOURS)
        aert_fail(error, "--neighbours: at most %d", MOST_NEIGHBOURS);
    else if (!files_given(&options->query) && (options->query_titles || options->query_tags))
        aert_fail(error, "--query-titles and --query-tags belong to --query FILE");
    else
        return EXIT_DONE;
    return EXIT_USAGE;
}

int command_nearest(const AertModel *model, const Options *options, AertError *error) {
    Session session;
    Search search = {.file = {.fd = -1}};
    char weights[AERT_PATH];
    int status = read_options(&search, options, error);
    if (status)
        return status;
    status = open_encoder(&session, model, options, weights, error);
    search.size = status ? 0 : code_size(model);
    if (!status)
        status = nearest(&search, &session, error) ? EXIT_DONE : EXIT_FAILED;
    aert_file_discard(&search.file);
    described_close(&search.data);
    described_close(&search.query);
    session_close(&session);
    return status;
}
