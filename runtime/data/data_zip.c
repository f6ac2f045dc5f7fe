/* data_zip: one array of an NPZ file, which is a ZIP file of NPY files.
 *
 * The folder at the file's end tells where each member lies, and how it is packed: stored as it is,
 * or deflated.  Which array is meant is written behind the name; it may be left out where there is
 * only one.
 *
 *     mnist.npz:x_train
 */
#include "data_parts.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

enum { END_SIZE = 22, ENTRY_SIZE = 46, LOCAL_SIZE = 30, END_MARK = 0x06054b50 };
enum { ENTRY_MARK = 0x02014b50, LOCAL_MARK = 0x04034b50, STORED = 0, DEFLATED = 8 };

typedef struct Member {
    const unsigned char *data;
    size_t packed, size, method, check, name_length;
    const char *name;
} Member;

static size_t get(const unsigned char *at, int bytes) {
    size_t value = 0;
    for (int i = 0; i < bytes; i++)
        value |= (size_t)at[i] << 8 * i;
    return value;
}

const char *aert_zip_member(const char *path) {
    struct stat status;
    const char *mark = strstr(path, ".npz:");
    return mark && stat(path, &status) != 0 ? mark + 5 : NULL;
}

bool aert_zip_is(const unsigned char *data, size_t size) {
    return size >= 4 && (get(data, 4) == LOCAL_MARK || get(data, 4) == END_MARK);
}

/* Where the folder begins and how many members it lists; 0 where there is none. */
static size_t find_folder(const AertBytes *bytes, size_t *members) {
    for (size_t back = END_SIZE; back <= bytes->size && back < END_SIZE + 65536; back++) {
        const unsigned char *end = bytes->data + bytes->size - back;
        if (get(end, 4) != END_MARK)
            continue;
        *members = get(end + 10, 2);
        return get(end + 16, 4);
    }
    return 0;
}

/* The member listed at *at, which moves behind it; false where something lies outside the file. */
static bool read_member(const AertBytes *bytes, size_t *at, Member *member) {
    if (*at > bytes->size || bytes->size - *at < ENTRY_SIZE)
        return false;
    const unsigned char *entry = bytes->data + *at;
    size_t name = get(entry + 28, 2), more = get(entry + 30, 2) + get(entry + 32, 2);
    size_t local = get(entry + 42, 4);
    *member = (Member){.method = get(entry + 10, 2),
                       .check = get(entry + 16, 4),
                       .packed = get(entry + 20, 4),
                       .size = get(entry + 24, 4),
                       .name = (const char *)entry + ENTRY_SIZE,
                       .name_length = name};
    if (get(entry, 4) != ENTRY_MARK || bytes->size - *at - ENTRY_SIZE < name + more ||
        local > bytes->size || bytes->size - local < LOCAL_SIZE)
        return false;
    const unsigned char *head = bytes->data + local;
    size_t skip = LOCAL_SIZE + get(head + 26, 2) + get(head + 28, 2);
    if (get(head, 4) != LOCAL_MARK || bytes->size - local < skip ||
        bytes->size - local - skip < member->packed)
        return false;
    member->data = head + skip;
    *at += ENTRY_SIZE + name + more;
    return true;
}

static bool is_named(const Member *member, const char *wanted) {
    size_t length = strlen(wanted);
    return member->name_length >= length && memcmp(member->name, wanted, length) == 0 &&
           (member->name_length == length ||
            (member->name_length == length + 4 && memcmp(member->name + length, ".npy", 4) == 0));
}

static bool choose(const AertBytes *bytes, const char *wanted, const char *name, Member *chosen,
                   AertError *error) {
    char list[256] = "";
    size_t members = 0, at = find_folder(bytes, &members);
    if (at == 0)
        return aert_fail(error, "%s: truncated: the ZIP file has no folder at its end", name);
    for (size_t i = 0; i < members; i++) {
        Member member;
        if (!read_member(bytes, &at, &member))
            return aert_fail(error, "%s: truncated or damaged ZIP file", name);
        if (wanted ? is_named(&member, wanted) : members == 1) {
            *chosen = member;
            return true;
        }
        aert_list_add(list, sizeof list, member.name, member.name_length);
    }
    return aert_fail(error, "%s: holds the arrays %s: name one of them, as in data.npz:x", name,
                     members ? list : "none");
}

static bool unpack(AertBytes *plain, const Member *m, size_t most, const char *name,
                   AertError *error) {
    const Packed packed = {m->data, m->packed, m->size, most, false, name};
    if (m->method == DEFLATED)
        return aert_inflate(plain, &packed, error);
    unsigned char *data = m->size == m->packed ? aert_allocate(m->size, 1, name, error) : NULL;
    if (m->size != m->packed)
        return aert_fail(error, "%s: damaged ZIP member", name);
    if (data)
        memcpy(data, m->data, m->size);
    *plain = (AertBytes){.data = data, .size = m->size};
    return data != NULL;
}

bool aert_zip_open(AertBytes *plain, const AertBytes *bytes, const char *wanted, size_t most,
                   const char *name, AertError *error) {
    Member m = {0};
    if (!choose(bytes, wanted, name, &m, error))
        return false;
    if ((m.method != STORED && m.method != DEFLATED) || m.size == 0xffffffff)
        return aert_fail(
            error, "%s: ZIP member that is not packed as by NumPy, or has 4 GiB: save it as NPY",
            name);
    if (!unpack(plain, &m, most, name, error))
        return false;
    if (plain->size == m.size && (size_t)crc32_z(0, plain->data, plain->size) == m.check)
        return true;
    aert_bytes_close(plain);
    return aert_fail(error, "%s: damaged ZIP member", name);
}
