/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/file_list.h"

#include "base/memory.h"
#include "capture/source.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Two runs of digits by their values, however long; zeros in front count only between equals. */
static int compare_numbers(const char **a, const char **b)
{
    const char *x = *a + strspn(*a, "0"), *y = *b + strspn(*b, "0");
    size_t zeros_of_a = (size_t)(x - *a), zeros_of_b = (size_t)(y - *b);
    size_t digits_of_a = strspn(x, "0123456789"), digits_of_b = strspn(y, "0123456789");
    if (digits_of_a != digits_of_b)
        return digits_of_a < digits_of_b ? -1 : 1;
    int order = strncmp(x, y, digits_of_a);
    if (order == 0 && zeros_of_a != zeros_of_b)
        order = zeros_of_a > zeros_of_b ? -1 : 1;
    *a = x + digits_of_a;
    *b = y + digits_of_b;
    return order;
}

int file_list_compare_names(const char *a, const char *b)
{
    for (;;) {
        if (is_digit(*a) && is_digit(*b)) {
            int order = compare_numbers(&a, &b);
            if (order != 0)
                return order;
        } else if (*a != *b || *a == '\0') {
            return (unsigned char)*a - (unsigned char)*b;
        } else {
            a++;
            b++;
        }
    }
}

static int by_name(const void *a, const void *b)
{
    return file_list_compare_names(*(char *const *)a, *(char *const *)b);
}

static void add(struct file_list *list, char *path)
{
    list->paths = memory_resize(list->paths, list->count + 1, sizeof *list->paths);
    list->paths[list->count++] = path;
}

static char *join(const char *folder, const char *name)
{
    size_t length = strlen(folder), room = length + strlen(name) + 2;
    char *path = memory_new(room, 1);
    bool slashed = length > 0 && folder[length - 1] == '/';
    snprintf(path, room, "%s%s%s", folder, slashed ? "" : "/", name);
    return path;
}

static bool is_regular(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

/* A capture that can't be read is still one: whoever opens it says why not. False: left out. */
static bool add_from_folder(struct file_list *list, const char *folder, const char *name)
{
    char *path = join(folder, name);
    bool regular = name[0] != '.' && is_regular(path);
    bool fine = regular && source_may_be_capture(path);
    if (fine)
        add(list, path);
    else
        free(path);
    return fine || !regular;
}

static bool add_folder(struct file_list *list, const char *path, const struct notice_sink *notices)
{
    size_t before = list->count, left_out = 0;
    DIR *folder = opendir(path);
    if (!folder) {
        notice_send(notices, NOTICE_ERROR, "%s: %s", path, strerror(errno));
        return false;
    }
    for (const struct dirent *entry; (entry = readdir(folder));)
        left_out += !add_from_folder(list, path, entry->d_name);
    closedir(folder);
    if (list->count == before) {
        notice_send(notices, NOTICE_ERROR, "%s: a folder without any capture file in it", path);
        return false;
    }
    if (left_out > 0)
        notice_send(notices, NOTICE_INFORMATION, "%s: left out %zu %s", path, left_out,
                    left_out > 1 ? "files that are no captures" : "file that is no capture");
    qsort(list->paths + before, list->count - before, sizeof *list->paths, by_name);
    return true;
}

bool file_list_add(struct file_list *list, const char *path, const struct notice_sink *notices)
{
    struct stat status;
    if (strcmp(path, "-") != 0 && stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return add_folder(list, path, notices);
    add(list, memory_copy_string(path));
    return true;
}

void file_list_free(struct file_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->paths[i]);
    free(list->paths);
    *list = (struct file_list){0};
}
