/* A program without what only tools read: the system loads segments, and all behind the last one,
 * the table of sections and its names, is 2,000 bytes that a stripped program has for objdump
 * alone. */
#include "driver/files.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* Where the last segment ends; 0: it cannot be told. */
static Elf64_Off segments_end(FILE *file, const Elf64_Ehdr *head) {
    Elf64_Off end = 0;
    for (int i = 0; i < head->e_phnum; i++) {
        Elf64_Phdr segment;
        long at = (long)head->e_phoff + i * (long)head->e_phentsize;
        if (fseek(file, at, SEEK_SET) != 0 || fread(&segment, sizeof segment, 1, file) != 1)
            return 0;
        if (segment.p_offset + segment.p_filesz > end)
            end = segment.p_offset + segment.p_filesz;
    }
    return end;
}

bool program_shorten(const char *path) {
    FILE *file = fopen(path, "r+b");
    Elf64_Ehdr head;
    if (!file)
        return false;
    bool known = fread(&head, sizeof head, 1, file) == 1 &&
                 memcmp(head.e_ident, ELFMAG, SELFMAG) == 0 &&
                 head.e_ident[EI_CLASS] == ELFCLASS64 && head.e_phentsize == sizeof(Elf64_Phdr);
    Elf64_Off end = known ? segments_end(file, &head) : 0;
    bool good = true;
    if (end > 0 && head.e_shoff >= end) {
        head.e_shoff = 0;
        head.e_shnum = head.e_shstrndx = 0;
        good = fseek(file, 0, SEEK_SET) == 0 && fwrite(&head, sizeof head, 1, file) == 1 &&
               fflush(file) == 0 && ftruncate(fileno(file), (off_t)end) == 0;
    }
    return fclose(file) == 0 && good;
}
