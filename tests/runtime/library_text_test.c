/* Texts: their tokens, the vocabulary that is made of them and goes on with other texts, and back.
 */
#include "data/data.h"
#include "library_check.h"

#include <sys/stat.h>

enum { LENGTH = 6, VOCABULARY = 8 };

static const AertInput words = {.kind = AERT_TOKENS,
                                .name = "x",
                                .rank = 1,
                                .dim = {LENGTH},
                                .classes = VOCABULARY,
                                .high = VOCABULARY - 1,
                                .ranged = 1,
                                .ways = &aert_ways_tokens};

static void test_tokens(Test *t) {
    static const struct {
        const char *text, *tokens;
        bool characters;
    } rows[] = {
        {"Oil prices rose 3.2 pct, OPEC said.", "oil|prices|rose|<number>|pct|,|opec|said|.|",
         false},
        {"don't  'quote' rock-n", "don't|'|quote|'|rock|-|n|", false},
        {"1,000,000. 7", "<number>|.|<number>|", false},
        {"\xc3\x84RGER \xce\xa3\xce\x91 \xd0\x96\xd0\xb8 \xc5\xbb",
         "\xc3\xa4rger|\xcf\x83\xce\xb1|\xd0\xb6\xd0\xb8|\xc5\xbc|", false},
        {"a\xe2\x80\x94"
         "b\xc2\xa0"
         "c \xe2\x82\xac\t",
         "a|\xe2\x80\x94|b|c|\xe2\x82\xac|", false},
        {"it\xe2\x80\x99s \xf0\x9f\x98\x80", "it\xe2\x80\x99s|\xf0\x9f\x98\x80|", false},
        {"a\xe2\x80\x89"
         "b\xe2\x80\xa8"
         "c\xc2\x85"
         "d\xe2\x80\x8b"
         "e\xe3\x80\x80",
         "a|b|c|d|e|", false}, /* blanks of other kinds */
        {"\xe7\x8a\xac\xe3\x81\xa8\xe7\x8c\xab\xef\xbc\x8c \xed\x95\x9c\xea\xb5\xad",
         "\xe7\x8a\xac|\xe3\x81\xa8|\xe7\x8c\xab|\xef\xbc\x8c|\xed\x95\x9c\xea\xb5\xad|",
         false}, /* Japanese has no blanks, Korean has */
        {"", "", false},
        {" \t ", "", false},
        {"Ab 1", "A|b| |1|", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        AertText text = {.at = rows[i].text, .characters = rows[i].characters};
        char found[256] = "";
        while (aert_text_next(&text) == AERT_TEXT_TOKEN)
            strcat(strcat(found, text.word), "|");
        if (!CHECK(t, strcmp(found, rows[i].tokens) == 0))
            printf("    %s: %s\n", rows[i].text, found);
    }
    char longest[2 * AERT_WORD];
    memset(longest, 'w', sizeof longest);
    strcpy(longest + AERT_WORD - 1, " x");
    AertText text = {.at = longest};
    CHECK(t, aert_text_next(&text) == AERT_TEXT_TOKEN && strlen(text.word) == AERT_WORD - 1);
    strcpy(longest + AERT_WORD - 1, "w x");
    text.at = longest;
    CHECK(t, aert_text_next(&text) == AERT_TEXT_TOKEN &&
                 !*text.word); /* a vocabulary keeps none of it */
    CHECK(t, aert_text_next(&text) == AERT_TEXT_TOKEN && strcmp(text.word, "x") == 0);
    text.at = "a \xff";
    CHECK(t,
          aert_text_next(&text) == AERT_TEXT_TOKEN && aert_text_next(&text) == AERT_TEXT_NO_UTF8);
}

static bool open_text(Test *t, AertData *data, const char *text, const AertInput *input,
                      const AertWords *known) {
    const AertDataFrom from = {.path = test_file(t, "t.txt", text, strlen(text)), .words = known};
    return aert_data_open_labelled(data, NULL, &from, input, &t->error);
}

/* Example i of the data is these tokens. */
static void is(Test *t, const AertData *data, int64_t i, const float want[LENGTH]) {
    float found[LENGTH];
    double wide[LENGTH];
    aert_data_gather(data, &i, 0, 1, sizeof *found, found);
    aert_data_gather(data, &i, 0, 1, sizeof *wide, wide);
    for (int k = 0; k < LENGTH; k++)
        CHECK(t, found[k] == want[k] && wide[k] == (double)want[k]);
}

/* 3 is the most frequent word; those as frequent go by their bytes; the fifth has no number. */
static void test_vocabulary(Test *t) {
    AertData data, again;
    if (!WORKS(t, open_text(t, &data, "b b b a a d\r\n\nc A b z e f g\n", &words, NULL)))
        return;
    CHECK(t, data.count == 3 && data.classes == 5 && !data.scaled);
    static const char *const order[] = {"b", "a", "c", "d", "e"};
    for (int i = 0; i < 5; i++)
        CHECK(t, strcmp(data.class_name[i], order[i]) == 0);
    is(t, &data, 0, (const float[LENGTH]){3, 3, 3, 4, 4, 2}); /* cut */
    is(t, &data, 1, (const float[LENGTH]){2});
    is(t, &data, 2, (const float[LENGTH]){5, 4, 3, 1, 7, 2});
    CHECK(t, data.note && strstr(data.note, "3 texts as words") &&
                 strstr(data.note, "23 % of which") &&
                 strstr(data.note, "cut, with more than 5: 2"));
    const AertWords known = {.known = true, .count = data.classes, .word = data.class_name};
    if (WORKS(t, open_text(t, &again, "new e B", &words, &known))) {
        is(t, &again, 0, (const float[LENGTH]){1, 7, 3, 2});
        aert_data_close(&again);
    }
    const AertWords none = {.known = true};
    FAILS(t, open_text(t, &again, "a", &words, &none), "trained on numbers");
    FAILS(t, open_text(t, &again, "\n \n", &words, NULL), "t.txt: holds texts without a word");
    float tokens[LENGTH] = {3, 1, 7, 2, 4};
    char *text = aert_text_of(&words, &known, tokens, &t->error);
    CHECK(t, text && strcmp(text, "b <unknown> e") == 0);
    free(text);
    aert_data_close(&data);
}

/* What is put before marks is what stood before them. */
static void test_back(Test *t) {
    static char word[][AERT_WORD] = {"yes", ",", "(", "no", ")"};
    const AertWords known = {.known = true, .count = 5, .word = word};
    static const float tokens[LENGTH] = {3, 4, 5, 6, 7, 4};
    char *text = aert_text_of(&words, &known, tokens, &t->error);
    CHECK(t, text && strcmp(text, "yes, (no),") == 0);
    free(text);
    AertInput characters = words;
    characters.characters = 1;
    text = aert_text_of(&characters, &known, tokens, &t->error);
    CHECK(t, text && strcmp(text, "yes,(no),") == 0);
    free(text);
    text = aert_text_of(&words, NULL, tokens, &t->error);
    CHECK(t, text && strcmp(text, "<3> <4> <5> <6> <7> <4>") == 0);
    free(text);
}

static void test_folder(Test *t) {
    AertData data;
    char folder[128], path[160];
    snprintf(folder, sizeof folder, "%s/texts", t->folder);
    mkdir(folder, 0700);
    const AertDataFrom from = {.path = folder};
    FAILS(t, aert_data_open_labelled(&data, NULL, &from, &words, &t->error), "without texts");
    static const char *const files[][2] = {
        {"b.txt", "two\nlines"}, {"a.txt", "one"}, {"c.md", "no text"}};
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i][0]);
        FILE *file = fopen(path, "w");
        fputs(files[i][1], file);
        fclose(file);
    }
    if (WORKS(t, aert_data_open_labelled(&data, NULL, &from, &words, &t->error))) {
        CHECK(t, data.count == 2 && data.classes == 3 && !data.note);
        is(t, &data, 0, (const float[LENGTH]){4, 2}); /* lines, one, two */
        is(t, &data, 1, (const float[LENGTH]){5, 3, 2});
        aert_data_close(&data);
    }
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i][0]);
        remove(path);
    }
    remove(folder);
}

static void write_text(const char *folder, const char *name, const char *text) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
}

/* Texts in folders have their names as labels; a folder without any has no part in it. */
static void test_labels(Test *t) {
    static const AertInput topic = {
        .kind = AERT_CLASS, .name = "y", .classes = 2, .ways = &aert_ways_class};
    AertData data, labels;
    char folder[128], inner[160];
    snprintf(folder, sizeof folder, "%s/topics", t->folder);
    mkdir(folder, 0700);
    static const char *const topics[] = {"wheat", "empty", "oil"};
    for (int i = 0; i < 3; i++) {
        snprintf(inner, sizeof inner, "%s/%s", folder, topics[i]);
        mkdir(inner, 0700);
    }
    write_text(folder, "oil/2.txt", "two");
    write_text(folder, "oil/1.txt", "one one");
    write_text(folder, "wheat/0.txt", "three");
    write_text(folder, "wheat/read.me", "none");
    const AertDataFrom from = {.path = folder, .label = &topic};
    if (WORKS(t, aert_data_open_labelled(&data, &labels, &from, &words, &t->error))) {
        CHECK(t, data.count == 3 && labels.count == 3 && labels.classes == 2);
        CHECK(t, strcmp(labels.class_name[0], "oil") == 0);
        CHECK(t, strcmp(labels.class_name[1], "wheat") == 0);
        is(t, &data, 0, (const float[LENGTH]){3, 3, 2});
        is(t, &data, 2, (const float[LENGTH]){4, 2}); /* three, two */
        for (int64_t i = 0; i < 3; i++) {
            float class = -1;
            aert_data_gather(&labels, &i, 0, 1, sizeof class, &class);
            CHECK(t, class == (float)(i == 2));
        }
        aert_data_close(&data);
        aert_data_close(&labels);
    }
    if (WORKS(t, aert_data_open_labelled(&data, NULL, &from, &words, &t->error)))
        aert_data_close(&data);
    write_text(folder, "own.txt", "beside");
    FAILS(t, aert_data_open_labelled(&data, &labels, &from, &words, &t->error),
          "holds texts beside folders of texts");
}

static void test_refused(Test *t) {
    AertData data;
    FAILS(t,
          open_text(t, &data,
                    "fine\nb\xe9"
                    "b\n",
                    &words, NULL),
          "t.txt:2: the byte 0xe9 is no UTF-8, as texts must be; --csv encoding=latin1, say");
    FAILS(t, open_text(t, &data, "", &words, NULL), "empty");
    const AertDataFrom column = {.path = test_file(t, "t.txt", "a", 1), .column = "kind"};
    FAILS(t, aert_data_open_labelled(&data, NULL, &column, &words, &t->error), "column 'kind'");
    static const float wrong[][LENGTH] = {{3, 8}, {3, -1}, {2.5f}};
    for (int i = 0; i < 3; i++) {
        const char *path = test_file(t, "x.f32", wrong[i], sizeof wrong[i]);
        FAILS(t, aert_data_open(&data, path, &words, &t->error),
              "wants tokens, whole numbers in 0 .. 7");
    }
    static const unsigned char bytes[] = {0, 0, 8,      2, 0, 0, 0, 1, 0,
                                          0, 0, LENGTH, 3, 4, 2, 0, 0, 8};
    FAILS(t, aert_data_open(&data, test_file(t, "x.idx", bytes, sizeof bytes), &words, &t->error),
          "holds 8, input x wants tokens, whole numbers in 0 .. 7");
    unsigned char fine[sizeof bytes];
    memcpy(fine, bytes, sizeof fine);
    fine[sizeof fine - 1] = 0;
    if (WORKS(t,
              aert_data_open(&data, test_file(t, "x.idx", fine, sizeof fine), &words, &t->error))) {
        is(t, &data, 0, (const float[LENGTH]){3, 4, 2});
        aert_data_close(&data);
    }
}

/* A text is the same in whatever encoding, which a mark or --csv tells; a mark is no token. */
static void test_encodings(Test *t) {
    static const struct {
        const char *bytes, *encoding;
        size_t size;
    } rows[] = {
        {"\xc3\xa9 b\n", "", 5},
        {"\xef\xbb\xbf\xc3\xa9 b\r\n", "", 9},
        {"\xff\xfe\xe9\0 \0b\0\r\0\n\0", "", 12},
        {"\xfe\xff\0\xe9\0 \0b", "", 8},
        {"\xff\xfe\0\0\xe9\0\0\0 \0\0\0b\0\0\0", "", 16},
        {"\xe9 b", "latin1", 3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int characters = 0; characters < 2; characters++) {
            AertReading how = {0};
            strcpy(how.csv.encoding, rows[i].encoding);
            const AertDataFrom from = {.path = test_file(t, "t.txt", rows[i].bytes, rows[i].size),
                                       .how = &how};
            AertInput input = words;
            input.characters = characters;
            AertData data;
            if (!WORKS(t, aert_data_open_labelled(&data, NULL, &from, &input, &t->error)))
                continue;
            CHECK(t, data.count == 1 && data.classes == (characters ? 3 : 2));
            is(t, &data, 0,
               characters ? (const float[LENGTH]){5, 3, 4, 2} : (const float[LENGTH]){4, 3, 2});
            CHECK(t, strcmp(data.class_name[data.classes - 1], "\xc3\xa9") == 0);
            aert_data_close(&data);
        }
    }
    AertData data;
    const AertDataFrom old = {.path = test_file(t, "t.txt", "a b\rc\r\rd", 8)};
    if (WORKS(t, aert_data_open_labelled(&data, NULL, &old, &words, &t->error))) {
        CHECK(t, data.count == 4 && data.classes == 4); /* lines as on old Macs */
        aert_data_close(&data);
    }
    const AertDataFrom odd = {.path = test_file(t, "t.txt", "\xff\xfe\x61\0\0\xd8", 6)};
    FAILS(t, aert_data_open_labelled(&data, NULL, &odd, &words, &t->error), "is no UTF-16LE");
    const AertDataFrom nul = {.path = test_file(t, "t.txt", "abcdefgh\0i", 10)};
    FAILS(t, aert_data_open_labelled(&data, NULL, &nul, &words, &t->error), "t.txt");
}

/* Built-in sentences: whole numbers of the vocabulary, as long as they say, the same for the same
 * number. */
static void test_builtin(Test *t) {
    for (int characters = 0; characters < 2; characters++) {
        AertInput input = words;
        input.characters = characters;
        input.dim[0] = 30;
        input.classes = 100;
        AertData data;
        if (!WORKS(t, aert_strokes_make(&data, &input, NULL, NULL, 0, 50, 0, &t->error)))
            continue;
        const AertWords known = {.known = true, .count = data.classes, .word = data.class_name};
        CHECK(t, data.classes == (characters ? 28 : 45));
        for (int64_t i = 0; i < data.count; i++) {
            float token[30];
            aert_data_gather(&data, &i, 0, 1, sizeof *token, token);
            int end = 0;
            while (end < 29 && token[end] >= AERT_TOKEN_FIRST)
                end++;
            CHECK(t, token[end] == AERT_TOKEN_END && end > 4);
            char *text = aert_text_of(&input, &known, token, &t->error);
            CHECK(t, text && strncmp(text, "the ", 4) * strncmp(text, "a ", 2) == 0);
            CHECK(t, characters || text[strlen(text) - 1] == '.');
            free(text);
        }
        aert_data_close(&data);
    }
}

int main(void) {
    Test t;
    test_begin(&t);
    test_tokens(&t);
    test_vocabulary(&t);
    test_back(&t);
    test_folder(&t);
    test_labels(&t);
    test_refused(&t);
    test_encodings(&t);
    test_builtin(&t);
    return test_end(&t);
}
