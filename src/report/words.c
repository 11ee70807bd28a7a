/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/words.h"

#include <string.h>

static const char *const severities[] = {
    [SEVERITY_NOTE] = "note", [SEVERITY_WARNING] = "warning", [SEVERITY_ERROR] = "error"};

const char *words_severity(enum severity severity)
{
    return severities[severity];
}

const char *words_confidence(enum confidence confidence)
{
    static const char *const words[] = {[CONFIDENCE_NONE] = "possible",
                                        [CONFIDENCE_POSSIBLE] = "possible",
                                        [CONFIDENCE_LIKELY] = "likely",
                                        [CONFIDENCE_CERTAIN] = "certain"};
    return words[confidence];
}

const char *words_blame(enum blame blame)
{
    static const char *const words[] = {[BLAME_CLIENT] = "client",
                                        [BLAME_SERVER] = "server",
                                        [BLAME_PATH] = "path",
                                        [BLAME_CAPTURE] = "capture"};
    return words[blame];
}

enum severity words_severity_find(const char *word)
{
    for (enum severity severity = SEVERITY_NOTE; severity <= SEVERITY_ERROR; severity++)
        if (strcmp(word, severities[severity]) == 0)
            return severity;
    return 0;
}
