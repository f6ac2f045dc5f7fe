/* table.h: tables of text in all the ways that people have them: what is read, what is guessed and
 * told, what is refused. */
#include "data/data.h"
#include "library_check.h"

#include <iconv.h>
#include <math.h>

/* Opens a table of text by what --csv says of it. */
static bool open_table(Test *t, AertTable *table, const char *text, size_t size, const char *csv,
                       const char *asked) {
    AertCsv known = {0};
    const AertTableHow how = {.name = "t.csv", .csv = &known, .asked = &asked, .asks = asked != 0};
    if (csv && !aert_csv_parse(&known, csv, &t->error))
        return false;
    const AertBytes bytes = {(const unsigned char *)text, size, false};
    return aert_table_open(table, &bytes, &how, &t->error);
}

/* The whole table as text: names, then a line a row; [1] a number, _ a gap, else a word. */
static const char *show(Test *t, AertTable *table, char *out, size_t size) {
    size_t used = 0;
    for (int i = table->first; table->column && i < table->last; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%s", i > table->first ? " " : "",
                                 table->column[i]);
    used += (size_t)snprintf(out + used, size - used, ":");
    for (int64_t row = 0; row < table->rows; row++) {
        if (!WORKS(t, aert_table_next(table, &t->error)))
            return "";
        for (int i = table->first; i < table->last; i++) {
            double value;
            char word[64];
            AertCell cell = aert_table_number(table, i, &value);
            aert_table_word(table, i, word, sizeof word);
            used +=
                (size_t)(cell == AERT_CELL_NUMBER ? snprintf(out + used, size - used, " %g", value)
                                                  : snprintf(out + used, size - used, " %s",
                                                             cell == AERT_CELL_GAP ? "_" : word));
        }
        used += (size_t)snprintf(out + used, size - used, row + 1 < table->rows ? " /" : "");
    }
    return out;
}

static void is_table(Test *t, const char *text, size_t size, const char *csv, const char *want,
                     const char *note, int line) {
    AertTable table;
    char out[1024], told[1024];
    if (!test_works(t, open_table(t, &table, text, size, csv, NULL), text, __FILE__, line)) {
        aert_table_close(&table);
        return;
    }
    if (!test_check(t, strcmp(show(t, &table, out, sizeof out), want) == 0, text, __FILE__, line))
        printf("    it is:  %s\n    wanted: %s\n", out, want);
    const char *is = aert_table_note(&table, told, sizeof told);
    if (!test_check(t, note ? is && strstr(is, note) : !is, "its note", __FILE__, line))
        printf("    it says: %s\n    wanted:  %s\n", is ? is : "nothing", note ? note : "nothing");
    aert_table_close(&table);
}

#define TABLE(text, want, note) is_table(t, text, sizeof(text) - 1, NULL, want, note, __LINE__)
#define TABLE_BY(csv, text, want, note)                                                            \
    is_table(t, text, sizeof(text) - 1, csv, want, note, __LINE__)

static void test_separators(Test *t) {
    TABLE("a,b\n1,2\n3,4\n", "a b: 1 2 / 3 4", NULL);
    TABLE("1,2\n3,4\n", ": 1 2 / 3 4", NULL);
    TABLE("a;b\n1;2\n3;4\n", "a b: 1 2 / 3 4", NULL);
    TABLE("a\tb\n1\t2\n\t4\n", "a b: 1 2 / _ 4", NULL);
    TABLE("a|b\n1|2\n", "a b: 1 2", NULL);
    TABLE("a b\n1 2\n 3   4\n", "a b: 1 2 / 3 4", NULL);
    TABLE("x\n1\n2\n", "x: 1 / 2", NULL);
    /* quoted text holds no separators, not even more of them than there are outside */
    TABLE("\"Length, cm\";\"Width, cm, or so\"\n1;2\n", "Length, cm Width, cm, or so: 1 2", NULL);
    TABLE("Length;\"Width, in cm, or so\"\n1;2\n3;4\n", "Length Width, in cm, or so: 1 2 / 3 4",
          NULL);
    TABLE("a,b\n\"x;y\",1\n\"z;w\",2\n", "a b: x;y 1 / z;w 2", NULL);
    /* commas of decimals are more than the separators */
    TABLE("1,5;2,5;3,5\n4,5;5,5;6,5\n", ": 1.5 2.5 3.5 / 4.5 5.5 6.5",
          "separator=semicolon,decimal=comma");
    TABLE("ant;0,5\nbee;1,5\n", ": ant 0.5 / bee 1.5", "separator=semicolon,decimal=comma");
    /* commas within text, blanks within dates */
    TABLE("name\tx\nSmith, J\t1\nDoe, K\t2\n", "name x: Smith, J 1 / Doe, K 2", NULL);
    TABLE("when,x\n2024-01-01 00:00,1\n2024-01-01 00:01,2\n",
          "when x: 2024-01-01 00:00 1 / 2024-01-01 00:01 2", NULL);
    TABLE("new york\nlos angeles\n", ": new york / los angeles", NULL);
    /* set out with blanks, and a tab before the last */
    TABLE("18.0   8   307.0\t\"a b\"\n15.0   8   350.0\t\"c d\"\n", ": 18 8 307 a b / 15 8 350 c d",
          NULL);
    TABLE("1\t2\t3\n4\t\t5\t6\n7\t8\t9\n", ": 1 2 3 / 4 5 6 / 7 8 9", "separator=spaces");
    TABLE("sep=;\nLength;Width\n1;2\n", "Length Width: 1 2", NULL);
    TABLE("\"sep=^\"\r\na^b\r\n1^2\r\n", "a b: 1 2", NULL);
    TABLE_BY("separator=;", "a,b;c\n1,5;2\n", "a,b c: 1.5 2", "decimal=comma");
    TABLE_BY("separator=,", "1,5;2\n3,5;4\n", ": 1 5;2 / 3 5;4", NULL);
    TABLE_BY("separator=,,header=no", "1,5\n", ": 1 5", NULL);
}

static void test_lines(Test *t) {
    TABLE("a,b\r\n1,2\r\n\r\n3,4", "a b: 1 2 / 3 4", NULL);
    TABLE("a;b\r1;2\r3;4\r", "a b: 1 2 / 3 4", NULL);
    TABLE("a,b\n1,2\n\x1a", "a b: 1 2", NULL);
    TABLE("a,b\n\"x\ny\",2\n", "a b: x\ny 2", NULL);
    TABLE("a,b\n\"x\"\"y\",2\n5\"\" pipe,3\n", "a b: x\"y 2 / 5\"\" pipe 3", NULL);
    TABLE("# a b\n1 2\n3 4\n", "a b: 1 2 / 3 4", "names from line 1; left out: 1 line with #");
    TABLE("# made by a logger\n#\na,b\n1,2\n# 3,4\n5,6\n", "a b: 1 2 / 5 6",
          "left out: 3 lines with #");
    TABLE("# log\na,b\n1,2\n#N/A,4\n#DIV/0!,6\n", "a b: 1 2 / _ 4 / _ 6",
          "left out: 1 line with # at the beginning");
    TABLE("#,name\n1,ant\n2,bee\n", "# name: 1 ant / 2 bee", "names from line 1");
    TABLE_BY("comments=no,header=no", "#1,2\n#3,4\n", ": #1 2 / #3 4", NULL);
    TABLE_BY("skip=2", "a report\n\na,b\n1,2\n", "a b: 1 2", NULL);
    TABLE("a|b\n---|:-:\n1|2\n", "a b: 1 2", "units=yes");
    TABLE("a|b\n----|---\n1|2\n3|4\n", "a b: 1 2 / 3 4", "units=yes");
    TABLE("a,b\n---,2\n1,2\n", "a b: _ 2 / 1 2", NULL);
    TABLE("a,b\n-,--\n1,2\n", "a b: _ _ / 1 2", NULL);
    TABLE("a,b,\n1,2,\n3,4,\n", "a b: 1 2 / 3 4", "left out: the last column");
    TABLE("a,b\n1,2,\n3,4,\n", "a b: 1 2 / 3 4", "left out: the last column");
    TABLE("a,b\n1,2\n3,4\n,\n,\n", "a b: 1 2 / 3 4", "left out: 2 empty rows at the end");
}

static void test_heads(Test *t) {
    TABLE("0.1,,0.3\n0.5,0.2,0.1\n", ": 0.1 _ 0.3 / 0.5 0.2 0.1", NULL); /* gaps are no names */
    TABLE("0.1,NA,0.3\n0.5,0.2,0.1\n", ": 0.1 _ 0.3 / 0.5 0.2 0.1", NULL);
    TABLE("0.1,?,0.3\n0.5,0.2,0.1\n", ": 0.1 _ 0.3 / 0.5 0.2 0.1", NULL);
    TABLE("0.1,ant\n0.2,bee\n", ": 0.1 ant / 0.2 bee", NULL);
    TABLE("a,b,2020\n1,2,3\n", "a b 2020: 1 2 3", NULL);
    TABLE("1,x,3\n4,5,6\n", ": 1 x 3 / 4 5 6", "header=no");
    TABLE("name,kind\nant,small\nbee,small\n", "name kind: ant small / bee small", "header=yes");
    TABLE("0,1,2\n0.5,0.25,0.1\n0.1,0.2,0.3\n", "0 1 2: 0.5 0.25 0.1 / 0.1 0.2 0.3", "header=yes");
    TABLE("2000,2001,2002\n1.5,2,9\n2,1,4\n", ": 2000 2001 2002 / 1.5 2 9 / 2 1 4", "header=no");
    TABLE(",0,1,2\n0,5,2,1\n1,1,7,3\n", "0 1 2: 5 2 1 / 1 7 3", "header=yes,rownames=yes");
    TABLE("2000,2001,2002,2003,2004\n1,2,9,4,5\n2,1,4,4,2\n",
          "2000 2001 2002 2003 2004: 1 2 9 4 5 / 2 1 4 4 2", "header=yes");
    TABLE("0.0,1,2\n0.1,1,2\n0.2,1,2\n", ": 0 1 2 / 0.1 1 2 / 0.2 1 2", NULL);
    TABLE("0,1,2\n5,2,1\n1,7,3\n", ": 0 1 2 / 5 2 1 / 1 7 3", NULL);
    TABLE("0,1,2,3,4\n5,2,1,1,1\n1,7,3,2,2\n", "0 1 2 3 4: 5 2 1 1 1 / 1 7 3 2 2", "header=yes");
    TABLE("1,2,3\n4,5,6\n7,8,9\n", ": 1 2 3 / 4 5 6 / 7 8 9", NULL);
    TABLE("1,2,3\n0,0,0\n-1,0.5,1\n", ": 1 2 3 / 0 0 0 / -1 0.5 1", NULL);
    TABLE_BY("header=yes", "1,2\n3,4\n", "1 2: 3 4", NULL);
    TABLE_BY("header=no", "a,b\n3,4\n", ": a b / 3 4", NULL);
    /* units */
    TABLE("a,b\ncm,kg\n1,2\n3,4\n", "a b: 1 2 / 3 4", "units=yes");
    TABLE("k,a,b\n,\xc2\xb0\x43,-\nx,1,2\ny,3,4\n", "k a b: x 1 2 / y 3 4", "units=yes");
    TABLE("a\ncm\n1\n", "a: 1", "--csv units=yes,");
    TABLE("a,b\ncm,1\n1,2\n", "a b: cm 1 / 1 2", NULL);
    TABLE_BY("units=yes", "a,b\ncm,1\n1,2\n", "a b: 1 2", NULL);
    TABLE_BY("units=no", "a,b\ncm,kg\n1,2\n", "a b: cm kg / 1 2", NULL);
    /* names of rows */
    TABLE("\"a\",\"b\"\n\"1\",0.1,0.2\n\"2\",0.1,0.2\n", "a b: 0.1 0.2 / 0.1 0.2", "rownames=yes");
    TABLE("\"\",\"a\"\n\"r1\",0.1\n\"r2\",0.2\n", "a: 0.1 / 0.2", "rownames=yes");
    TABLE("a b\nr1 0.1 0.2\n", "a b: 0.1 0.2", "separator=spaces,rownames=yes");
    TABLE_BY("rownames=no", ",a\n1,0.1\n", " a: 1 0.1", NULL);
    TABLE_BY("rownames=yes", "i,a\n1,0.1\n", "a: 0.1", NULL);
}

static void test_cells(Test *t) {
    TABLE("1,-2,+3,.5,5.,1e3,1E-2,-0.5e+1,007\n", ": 1 -2 3 0.5 5 1000 0.01 -5 7", NULL);
    TABLE("a,b,c\n1,,\n2,NA,N/A\n3,NaN,?\n4,-,null\n5,nan,.\n6,#N/A,None\n",
          "a b c: 1 _ _ / 2 _ _ / 3 _ _ / 4 _ _ / 5 _ _ / 6 _ _", NULL);
    TABLE_BY("gap=-999", "1,-999\n2,3\n", ": 1 _ / 2 3", NULL);
    TABLE_BY("gap=-999", "1,-999.00\n2,-9.99e2\n-9990,-99.9\n", ": 1 _ / 2 _ / -9990 -99.9", NULL);
    TABLE("1,0x10,1e,e5,1.2.3,--1,1-,+\n", ": 1 0x10 1e e5 1.2.3 --1 1- +", NULL);
    TABLE("1,inf\n2,-Infinity\n", ": 1 inf / 2 -inf", NULL);
    TABLE("\"1,5\",\"2,5\"\n\"3\",\"4,25\"\n", ": 1.5 2.5 / 3 4.25", "decimal=comma");
    TABLE("1,5;2\n3,25;4\n", ": 1.5 2 / 3.25 4", "decimal=comma");
    TABLE("1,5;2.5\n3;4\n", ": 1,5 2.5 / 3 4", NULL);
    TABLE("1,234;2\n3,456;4\n", ": 1,234 2 / 3,456 4", NULL); /* either */
    TABLE("1,234;2\n0,456;4\n", ": 1.234 2 / 0.456 4", "decimal=comma");
    TABLE_BY("decimal=,", "1,234;2\n3,456;4\n", ": 1.234 2 / 3.456 4", NULL);
    static const char *const exact[] = {"0.1",
                                        "123456789012345678",
                                        "9007199254740993",
                                        "1e23",
                                        "8.5e-23",
                                        "3.4028235e38",
                                        "1.17549435e-38",
                                        "1e-45",
                                        "0.000000000000000000000000000001",
                                        "16777217",
                                        "33554431e-5"};
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++) {
        AertTable table;
        double value;
        if (WORKS(t, open_table(t, &table, exact[i], strlen(exact[i]), NULL, NULL)) &&
            WORKS(t, aert_table_next(&table, &t->error)))
            CHECK(t, aert_table_number(&table, 0, &value) == AERT_CELL_NUMBER &&
                         value == strtod(exact[i], NULL));
        aert_table_close(&table);
    }
}

/* The same table in another encoding. */
static void encoded(Test *t, const char *encoding, const char *mark, size_t marks, const char *csv,
                    const char *note) {
    static const char text[] = "H\xc3\xb6he,\xce\xb1\n1,2\n3,4\n", latin[] = "H\xc3\xb6he,x\n1,2\n";
    bool narrow = strncmp(encoding, "UTF", 3) != 0;
    char bytes[256], *in = (char *)(uintptr_t)(narrow ? latin : text), *out = bytes + marks;
    size_t left = strlen(in), room = sizeof bytes - marks;
    memcpy(bytes, mark, marks);
    iconv_t conversion = iconv_open(encoding, "UTF-8");
    CHECK(t, iconv(conversion, &in, &left, &out, &room) == 0);
    iconv_close(conversion);
    is_table(t, bytes, (size_t)(out - bytes), csv,
             narrow ? "H\xc3\xb6he x: 1 2" : "H\xc3\xb6he \xce\xb1: 1 2 / 3 4", note, __LINE__);
}

static void test_encodings(Test *t) {
    encoded(t, "UTF-8", "", 0, NULL, NULL);
    encoded(t, "UTF-8", "\xef\xbb\xbf", 3, NULL, NULL);
    encoded(t, "UTF-16LE", "\xff\xfe", 2, NULL, "encoding=UTF-16LE");
    encoded(t, "UTF-16BE", "\xfe\xff", 2, NULL, "encoding=UTF-16BE");
    encoded(t, "UTF-32LE", "\xff\xfe\0\0", 4, NULL, "encoding=UTF-32LE");
    encoded(t, "UTF-16LE", "", 0, "encoding=utf-16le", NULL);
    encoded(t, "ISO-8859-1", "", 0, NULL, "encoding=WINDOWS-1252");
    encoded(t, "MACINTOSH", "", 0, "encoding=macintosh", NULL);
    TABLE("\0a\0,\0b\0\n\0"
          "1\0,\0"
          "2\0\n",
          "a b: 1 2", "encoding=UTF-16BE"); /* without a mark */
    CHECK(t, !aert_text_is((const unsigned char *)"\x89PNG\r\n", 6));
    CHECK(t, !aert_text_is((const unsigned char *)"1,2\n\0", 5));
}

static void test_wrong(Test *t) {
    static const struct {
        const char *text, *csv, *message;
    } wrong[] = {
        {"1,2\n3\n", NULL, "t.csv:2: found fewer fields, wanted 2, as in the other lines"},
        {"1,2\n3,4,5\n", NULL, "t.csv:2: found more fields, wanted 2"},
        {"a,b\n1,2\n3,4,5\n6,7\n", NULL, "t.csv:3: found more fields, wanted 2"},
        {"A report\na,b\n1,2\n3,4\n", NULL,
         "t.csv:1: found 1 field, wanted 2 as in the lines below; --csv skip=1"},
        {"A report\nof two lines, you see, and more\na,b\n1,2\n3,4\n5,6\n", NULL, "--csv skip=2"},
        {"A report,,\na,b,c\n1,2,3\n4,5,6\n", NULL,
         "t.csv:1: found 1 field, wanted 3 as in the lines below; --csv skip=1 leaves it out"},
        {"1,2\n\"3,4\n", NULL, "t.csv:2: a quote is not closed"},
        {"", NULL, "t.csv: holds no line"},
        {"# nothing\n", NULL, "t.csv: holds no line"},
        {"a,b\n", NULL, "t.csv: CSV holds no examples"},
        {"1,2\n3,x\n", NULL, "t.csv:2: field 2 is 'x', wanted a number"},
        {"a,b\n1,2\n3,x\n", NULL, "t.csv:3: field 2 (b) is 'x', wanted a number"},
        {"1,x\n3,4\n", NULL,
         "wanted a number; if the line has the names of the columns, say --csv "
         "header=yes"},
        {"1,5;2.5\n3;4\n", NULL, "wanted a number: with decimals, say --csv decimal=comma"},
        {"1,5;2\n3.5;4\n", "decimal=,", "with decimals, say --csv decimal=point"},
        {"1,234;2\n3,456;4\n", NULL,
         "with decimals, say --csv decimal=comma; thousands are written "
         "without"},
        {"1,234,567;2\n3,456;4\n", NULL, "thousands are written without what sets them apart"},
        {"a,b\n1 234,2\n", NULL, "thousands are written without"},
        {"a;b\n1\xc2\xa0"
         "234,5;2\n",
         NULL, "thousands are written without"},
        {"1,2\n", "decimal=x", "--csv decimal wants point or comma, not 'x'"},
        {"1,2\n", "separator=ab", "--csv separator wants one character"},
        {"1,2\n", "header=maybe", "--csv header wants yes or no, not 'maybe'"},
        {"1,2\n", "skip=-1", "--csv skip wants a number of lines, not '-1'"},
        {"1,2\n", "comma=;", "--csv knows no 'comma'; it knows separator, decimal"},
        {"1,2\n", "header", "--csv wants KEY=VALUE,…, not 'header'"},
        {"1,2\n", "encoding=nowhere", "t.csv: the encoding 'nowhere' is not known here"},
        {"1,2\n\xff\n", "encoding=ascii", "t.csv: is no ascii from byte 4 on"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        AertTable table = {0};
        double value;
        bool fine = open_table(t, &table, wrong[i].text, strlen(wrong[i].text), wrong[i].csv, NULL);
        while (fine && table.row < table.rows) {
            fine = aert_table_next(&table, &t->error);
            for (int k = table.first; fine && k < table.last; k++)
                if (aert_table_number(&table, k, &value) != AERT_CELL_NUMBER)
                    fine = aert_table_wrong(&table, k, "a number", &t->error);
        }
        FAILS(t, fine, wrong[i].message);
        aert_table_close(&table);
    }
}

/* Columns are found by name, else by number; a name that is asked for makes a header. */
static void test_names(Test *t) {
    AertTable table;
    char all[12];
    static const char text[] = "time,\"a, b\",c,c\n1,2,3,4\n", words[] = "kind,flow\nant,small\n",
                      years[] = "1990,1991,x\n1,2,3\n";
    if (WORKS(t, open_table(t, &table, text, sizeof text - 1, NULL, NULL))) {
        CHECK(t, aert_table_find(&table, "a, b") == 1 && aert_table_find(&table, "d") == -1);
        CHECK(t, aert_table_find(&table, "c") == -2);
        CHECK(t, aert_table_choose(&table, "time", &t->error) == 0);
        CHECK(t, aert_table_choose(&table, "3", &t->error) == 2);
        FAILS(t, aert_table_choose(&table, "d", &t->error) >= 0,
              "has no column 'd'; its columns are time, a, b, c, c");
        FAILS(t, aert_table_choose(&table, "5", &t->error) >= 0, "has no column '5'");
        FAILS(t, aert_table_choose(&table, "c", &t->error) >= 0,
              "has several columns 'c': tell which by its number");
        CHECK(t, strcmp(aert_table_columns(&table, all, sizeof all), "time, …") == 0);
        aert_table_close(&table);
    }
    if (WORKS(t, open_table(t, &table, words, sizeof words - 1, NULL, "flow"))) {
        CHECK(t, table.column && table.rows == 1 && aert_table_find(&table, "flow") == 1);
        aert_table_close(&table);
    }
    if (WORKS(t, open_table(t, &table, years, sizeof years - 1, NULL, "x"))) {
        CHECK(t, table.column && aert_table_choose(&table, "1991", &t->error) == 1);
        aert_table_close(&table);
    }
}

int main(void) {
    Test test;
    test_begin(&test);
    test_separators(&test);
    test_lines(&test);
    test_heads(&test);
    test_cells(&test);
    test_encodings(&test);
    test_wrong(&test);
    test_names(&test);
    return test_end(&test);
}
